"""Who gets into `wsb serve`: origins, tokens, what each may do, and that no secret is logged."""

import asyncio
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import DEADLINE, Serve, over_both, wsb

try:
    import websockets
except ImportError:
    websockets = None

harness.need("python3-websockets", websockets)


def refused(server, path="/", extra=()):
    """The head that answers a handshake, which must not be 101."""
    with wire.Peer(wire.connect_tcp(server.port, tls=server.tls)) as peer:
        peer.write(wire.upgrade_request(server.port, path, extra=extra))
        head = peer.read_head()
        assert head.status != 101, head.raw
        return head


def bearer(token):
    return [("Authorization", f"Bearer {token}")]


def let_in(server, path="/", extra=()):
    return wire.open_client(server.port, path, tls=server.tls, extra=extra)


def get(server, path="/", extra="", method="GET"):
    with wire.Peer(wire.connect_tcp(server.port)) as peer:
        peer.write(f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
                   f"Connection: close\r\n{extra}\r\n".encode())
        return peer.read_head()


class Origins(harness.TestCase):
    @over_both
    def test_pages_of_this_machine_and_programs_are_let_in_others_are_not(self, tls):
        with Serve(tls=tls) as server:
            for extra in ([], [("Origin", f"http://127.0.0.1:{server.port}")],
                          [("Origin", "http://localhost:8000")]):
                with let_in(server, extra=extra):
                    pass
            for origin in ("https://evil.test", "null", "http://localhost.evil.test"):
                head = refused(server, extra=[("Origin", origin)])
                self.assertEqual(head.status, 403)

    def test_origins_that_were_named_are_let_in_and_plain_requests_judged_alike(self):
        with Serve("--origin", "https://app.test", "--origin", "https://*.b.test",
                   "--cors") as server:
            for origin in ("https://app.test", "https://x.b.test"):
                with let_in(server, extra=[("Origin", origin)]):
                    pass
                head = get(server, "/", f"Origin: {origin}\r\n")
                self.assertEqual(head.status, 200)
                self.assertEqual(head.get("access-control-allow-origin"), origin)
            self.assertEqual(get(server, "/", "Origin: https://b.test\r\n").status, 403)
            self.assertIsNone(get(server, "/").get("access-control-allow-origin"))
            head = get(server, "/", "Origin: https://app.test\r\n"
                       "Access-Control-Request-Method: POST\r\n", method="OPTIONS")
            self.assertEqual(head.status, 204)
            self.assertEqual(head.get("access-control-allow-methods"), "GET, HEAD, POST")
            self.assertEqual(get(server, "/", method="OPTIONS").status, 405)

    def test_a_pattern_that_is_none_is_wrong_usage(self):
        finished = wsb("serve", "--origin", "https://a.test/")
        self.assertEqual(finished.code, 2)
        self.assertIn("--origin: 'https://a.test/' is not an origin", finished.err)


class Tokens(harness.TestCase):
    def test_the_numbers_are_for_those_with_a_token_and_a_refusal_is_one_of_them(self):
        with Serve("--token", "alpha-secret") as server:
            for path in ("/metrics", "/stats"):
                head = get(server, path)
                self.assertEqual(head.status, 401)
                self.assertEqual(head.get("www-authenticate"), 'Bearer realm="wsb"')
                self.assertEqual(get(server, path, method="POST").status, 401)
                self.assertEqual(get(server, path, "Authorization: Bearer no\r\n").status, 401)
                self.assertEqual(
                    get(server, path, "Authorization: Bearer alpha-secret\r\n").status, 200)
            with wire.Peer(wire.connect_tcp(server.port)) as peer:
                peer.write(b"GET /stats HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                           b"Authorization: Bearer alpha-secret\r\n\r\n")
                body = peer.take(int(peer.read_head().get("content-length")))
            self.assertEqual(json.loads(body)["refusals"]["bad_credentials"], 6)

    def test_the_numbers_are_not_for_pages_of_other_origins(self):
        with Serve() as server:
            for path in ("/metrics", "/stats"):
                self.assertEqual(get(server, path, "Origin: https://evil.test\r\n").status, 403)
                self.assertEqual(get(server, path).status, 200)

    @over_both
    def test_a_client_with_a_token_of_the_file_is_let_in_and_no_other(self, tls):
        tokens = self.write("tokens", "# comment\nalpha-secret\nbeta-secret\n")
        with Serve("--token-file", tokens, "-v", "-t", "1", tls=tls) as server:
            with let_in(server, extra=bearer("alpha-secret")) as a:
                with let_in(server, extra=bearer("beta-secret")) as b:
                    a.read_message(), b.read_message()
                    a.text("hi")
                    self.assertIn(b'"hi"', b.read_message()[1])
            head = refused(server)
            self.assertEqual(head.status, 401)
            self.assertEqual(head.get("www-authenticate"), 'Bearer realm="wsb"')
            head = refused(server, extra=bearer("gamma-secret"))
            self.assertEqual(head.get("www-authenticate"),
                             'Bearer realm="wsb", error="invalid_token"')
            self.assertEqual(refused(server, "/?token=alpha-secret").status, 401)
            self.assertEqual(server.stop(), 0)
            self.assertNotIn("secret", server.err.text())
            self.assertIn("3 requests without good credentials refused", server.err.text())

    def test_websockets_for_python_and_wsb_itself_get_in_with_a_token(self):
        with Serve("--echo", env={"WSB_TOKEN": "from-the-environment"}) as server:
            async def talk():
                headers = {"Authorization": "Bearer from-the-environment"}
                async with websockets.connect(server.url, extra_headers=headers) as client:
                    await client.send("hi")
                    self.assertEqual(await asyncio.wait_for(client.recv(), DEADLINE), "hi")
                with self.assertRaises(websockets.exceptions.InvalidStatusCode):
                    await websockets.connect(server.url)

            asyncio.run(talk())
            finished = wsb("send", "-H", "Authorization: Bearer from-the-environment",
                           server.url, "hi")
            self.assertEqual(finished.code, 0, str(finished))

    def test_a_token_in_the_query_is_taken_when_asked_for_and_not_logged(self):
        with Serve("--token", "t-o-k", "--token-in-query", "-v") as server:
            with let_in(server, "/?token=t-o-k"):
                pass
            self.assertEqual(refused(server, "/?token=t-o").status, 401)
            server.stop()
            self.assertNotIn("t-o", server.err.text())

    def test_pages_and_health_need_no_token(self):
        with Serve("--token", "x") as server:
            self.assertEqual(get(server, "/").status, 200)
            self.assertEqual(get(server, "/healthz").status, 200)

    def test_a_subscriber_that_publishes_is_closed_with_1008(self):
        readers = self.write("readers", "reader")
        writers = self.write("writers", "writer")
        with Serve("--token-file", readers, "--publish-token-file", writers) as server:
            with let_in(server, extra=bearer("reader")) as reader, \
                    let_in(server, extra=bearer("writer")) as writer:
                reader.read_message(), writer.read_message()
                writer.text("news")
                self.assertIn(b'"news"', reader.read_message()[1])
                reader.text("me too")
                frame = reader.read_frame()
                self.assertEqual(frame.payload, wire.close_payload(
                    1008, "these credentials do not allow to publish"))

    def test_a_subscriber_joins_rooms_and_may_not_publish_to_them(self):
        readers = self.write("readers", "reader")
        writers = self.write("writers", "writer")
        with Serve("--rooms", "--token-file", readers, "--publish-token-file", writers) as server:
            with let_in(server, "/?room=a", extra=bearer("reader")) as reader, \
                    let_in(server, extra=bearer("writer")) as writer:
                reader.read_message(), writer.read_message()
                reader.text('{"type":"join","room":"b"}')
                self.assertIn(b"joined", reader.read_message()[1])
                for room in ("a", "b"):
                    writer.text('{"type":"publish","room":"%s","payload":"news"}' % room)
                    self.assertIn(b'"news"', reader.read_message()[1])
                reader.text('{"type":"publish","room":"b","payload":"me too"}')
                self.assertEqual(reader.read_close(), 1008)

    def test_posting_needs_the_right_to_publish(self):
        readers = self.write("readers", "reader")
        writers = self.write("writers", "writer")
        with Serve("--token-file", readers, "--publish-token-file", writers) as server:
            for extra, status in (("", 401), ("Authorization: Bearer reader\r\n", 403),
                                  ("Authorization: Bearer writer\r\n", 200),
                                  ("Authorization: Bearer writer\r\n"
                                   "Origin: https://evil.test\r\n", 403)):
                head = get(server, "/broadcast", "Content-Length: 0\r\n" + extra, method="POST")
                self.assertEqual(head.status, status)

    def test_without_tokens_for_subscribers_everybody_subscribes(self):
        writers = self.write("writers", "writer")
        with Serve("--publish-token-file", writers) as server:
            with let_in(server) as reader, let_in(server, extra=bearer("writer")) as writer:
                reader.read_message(), writer.read_message()
                writer.text("news")
                self.assertIn(b'"news"', reader.read_message()[1])
                reader.text("me too")
                self.assertEqual(reader.read_close(), 1008)

    def test_a_bad_file_or_token_stops_the_start_without_showing_it(self):
        bad = self.write("bad", "not good\n")
        for arguments, code in ((("--token-file", bad), 1),
                                (("--token-file", self.path("none")), 1),
                                (("--token", "not good"), 2), (("--token-in-query",), 2)):
            with self.subTest(arguments=arguments):
                finished = wsb("serve", "--port", "0", *arguments)
                self.assertEqual(finished.code, code, str(finished))
                self.assertNotIn("not good", finished.err)


class Exposure(harness.TestCase):
    def test_listening_for_other_machines_says_what_is_open(self):
        with Serve("--host", "0.0.0.0") as server:
            server.err.wait_for(lambda line: "whoever reaches it can read all messages and publish"
                                in line)
        with Serve("--host", "0.0.0.0", "--token", "x", tls=True) as server:
            server.stop()
            self.assertNotIn("whoever", server.err.text())
        with Serve() as server:
            server.stop()
            self.assertNotIn("whoever", server.err.text())


if __name__ == "__main__":
    harness.main()
