"""`wsb connect` and `wsb send` against servers of npm `ws` and python3-websockets."""

import asyncio
import os
import ssl
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
from harness import DEADLINE, Held, make_certificate, over_both, wsb
from node_peer import NodeServer
from scripted_server import MIB, ScriptedServer

try:
    import websockets
except ImportError:
    websockets = None

harness.need("python3-websockets", websockets)


class PythonServer:
    """An echo server of python3-websockets in a thread; `seen` is what its clients asked for."""

    def __init__(self, certificate=None, **options):
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*certificate)
        self.options = options
        self.seen = []
        self.port = 0
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), daemon=True)

    async def _main(self):
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()

        async def echo(socket, path=None):
            self.seen.append(socket)
            async for message in socket:
                await socket.send(message)

        async with websockets.serve(echo, "127.0.0.1", 0, ssl=self.context, max_size=8 * MIB,
                                    **self.options) as server:
            self.port = server.sockets[0].getsockname()[1]
            self._ready.set()
            await self._stop.wait()

    def __enter__(self):
        self._thread.start()
        self._ready.wait(DEADLINE)
        return self

    def __exit__(self, *unused):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(DEADLINE)

    def url(self, path="/"):
        return f"{'wss' if self.context else 'ws'}://127.0.0.1:{self.port}{path}"


class Peers(harness.TestCase):
    def servers(self, tls):
        certificate = make_certificate(self.folder) if tls else None
        return NodeServer(certificate=certificate), PythonServer(certificate=certificate)

    @over_both
    def test_send_gets_its_replies(self, tls):
        for server in self.servers(tls):
            with self.subTest(server=type(server).__name__), server:
                finished = wsb("send", "-k", server.url(), "one", "", "grüße")
                self.assert_run(finished, 0, "one\n\ngrüße\n".encode(), "")

    @over_both
    def test_connect_carries_a_pipe_both_ways(self, tls):
        text = b"".join(b"line %d\n" % i for i in range(2000))
        for server in self.servers(tls):
            with self.subTest(server=type(server).__name__), server:
                finished = wsb("connect", "-k", server.url(), input=text)
                self.assert_run(finished, 0, text, "")

    @over_both
    def test_one_mebibyte_goes_and_comes_whole(self, tls):
        line = b"x123456789abcdef" * (MIB // 16)
        for server in self.servers(tls):
            with self.subTest(server=type(server).__name__), server:
                finished = wsb("connect", "-k", server.url(), input=line + b"\n")
                self.assertEqual((finished.code, finished.err), (0, ""))
                self.assertTrue(finished.out == line + b"\n")

    @over_both
    def test_echo_sends_back_every_message_as_it_came(self, tls):
        certificate = make_certificate(self.folder) if tls else None
        with NodeServer("sink", certificate) as server:
            with Held("connect", "--echo", "-k", server.url()) as held:
                server.next("open")
                for data in ("text", "", "ünï"):
                    server.tell(text=data)
                    self.assertEqual(server.next_message(), data)
                server.tell(binary="AP+A")
                self.assertEqual(server.next_message(), b"\x00\xff\x80")
                server.tell(fragments=["a", "b", "c"])
                self.assertEqual(server.next_message(), "abc")
                server.tell(repeat=["y", MIB])
                self.assertEqual(server.next_message(), "y" * MIB)
                server.tell(ping="hello?")
                self.assertEqual(server.next("pong")["text"], "hello?")
                server.tell(close=[1000, "done"])
                self.assertEqual(server.next("close")["code"], 1000)
                self.assert_run(held.finish(), 0, b"", "")

    def test_compression_is_offered_and_used_by_echo(self):
        with NodeServer("sink", deflate={"threshold": 0}) as server:
            with Held("connect", "--echo", server.url()):
                self.assertEqual(server.next("open")["extensions"], "permessage-deflate")
                for text in ("", "z" * 3000, "", "z" * 3000, "abc"):
                    server.tell(text=text)
                    self.assertEqual(server.next_message(), text)

    def test_the_short_forms_of_a_url(self):
        with ScriptedServer() as server:
            for url in (f":{server.port}/echo", f"127.0.0.1:{server.port}/echo",
                        f"localhost:{server.port}/echo", f"http://127.0.0.1:{server.port}/echo",
                        f"WS://127.0.0.1:{server.port}/echo"):
                with self.subTest(url=url):
                    self.assert_run(wsb("send", url, "x"), 0, b"x\n", "")

    def test_headers_are_added_replaced_and_removed(self):
        with ScriptedServer() as server:
            finished = wsb("connect", "-H", "X-One: 1", "--header", "X-Two:2", "-H", "X-Empty;",
                           "-H", "Sec-WebSocket-Extensions:", "-H", "Host: example.test",
                           server.url("/head"))
            self.assertEqual(finished.code, 0, str(finished))
            head = server.requests[-1]
            self.assertEqual(head.get("x-one"), "1")
            self.assertEqual(head.get("x-two"), "2")
            self.assertEqual(head.get("x-empty"), "")
            self.assertIsNone(head.get("sec-websocket-extensions"))
            self.assertEqual([v for n, v in head.headers if n == "host"], ["example.test"])

    def test_the_request_is_as_rfc_6455_wants_it(self):
        with ScriptedServer() as server:
            wsb("connect", server.url("/head?a=%2F&b"))
            head = server.requests[-1]
            self.assertEqual(head.line, "GET /head?a=%2F&b HTTP/1.1")
            self.assertEqual(head.get("host"), f"127.0.0.1:{server.port}")
            self.assertEqual(head.get("upgrade").lower(), "websocket")
            self.assertEqual(head.get("connection").lower(), "upgrade")
            self.assertEqual(head.get("sec-websocket-version"), "13")
            self.assertRegex(head.get("sec-websocket-key"), r"^[A-Za-z0-9+/]{22}==$")
            names = [name for name, _ in head.headers]
            self.assertEqual(len(names), len(set(names)))
            wsb("connect", server.url("/head"))
            self.assertNotEqual(head.get("sec-websocket-key"),
                                server.requests[-1].get("sec-websocket-key"))

    def test_a_subprotocol_is_offered_in_order_and_the_choice_is_shown(self):
        with NodeServer(protocol="chat.v2") as server:
            finished = wsb("send", "-v", "--subprotocol", "chat.v3", "--subprotocol", "chat.v2",
                           server.url(), "x")
            self.assert_run(finished, 0, out=b"x\n")
            opened = server.next("open")
            self.assertEqual(opened["headers"]["sec-websocket-protocol"], "chat.v3, chat.v2")
            self.assertEqual(opened["protocol"], "chat.v2")
            self.assertIn("chat.v2", finished.err)

    def test_verbose_shows_the_handshake_and_the_close_on_stderr_alone(self):
        with ScriptedServer() as server:
            finished = wsb("connect", "-v", server.url("/close/1000/bye"))
            self.assert_run(finished, 0, out=b"")
            for part in ("GET /close/1000/bye HTTP/1.1", "Sec-WebSocket-Key: ",
                         "HTTP/1.1 101 Switching Protocols", "Sec-WebSocket-Accept: ",
                         "1000", "bye"):
                self.assertIn(part, finished.err)

    def test_verbose_shows_tls(self):
        certificate = make_certificate(self.folder)
        with ScriptedServer(certificate) as server:
            finished = wsb("send", "-v", "-k", server.url(), "x")
            self.assert_run(finished, 0, out=b"x\n")
            self.assertIn("TLSv1.3", finished.err)

    def test_sslkeylogfile_gets_the_secrets_of_tls_1_3(self):
        name = self.path("keys.log")
        with ScriptedServer(make_certificate(self.folder)) as server:
            env = harness.environment(SSLKEYLOGFILE=name)
            for command in ("send", "connect"):
                finished = wsb(command, "-k", server.url(), env=env, input=b"x\n")
                self.assert_run(finished, 0, out=b"x\n", err="")
        with open(name, encoding="ascii") as file:
            labels = [line.split()[0] for line in file if len(line.split()) == 3]
        for label in ("CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET",
                      "CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0"):
            self.assertEqual(labels.count(label), 2, labels)

    def test_a_key_log_that_cannot_be_written_is_told(self):
        with ScriptedServer(make_certificate(self.folder)) as server:
            env = harness.environment(SSLKEYLOGFILE="/no/such/folder/keys.log")
            finished = wsb("send", "-k", server.url(), "x", env=env)
            self.assertEqual(finished.code, 58, str(finished))
            self.assertIn("cannot write the key log '/no/such/folder/keys.log'", finished.err)

    def test_proxy_variables_of_the_environment_do_not_reach_the_loopback(self):
        with ScriptedServer() as server:
            env = harness.environment(http_proxy="http://127.0.0.1:1", HTTP_PROXY="http://x:1",
                                      socks_proxy="127.0.0.1:1")
            self.assert_run(wsb("send", server.url(), "x", env=env), 0, b"x\n", "")

    def test_wsb_talks_to_wsb(self):
        welcome = b'{"type":"welcome","message":"Connected to broadcast server!"}\n'
        with harness.Serve() as server, Held("connect", server.url) as listener:
            self.assertEqual(listener.process.stdout.readline(), welcome)
            self.assert_run(wsb("send", "--count", "1", server.url, "hi"), 0, welcome, "")
            self.assertEqual(listener.process.stdout.readline(),
                             b'{"type":"broadcast","payload":"hi"}\n')


if __name__ == "__main__":
    harness.main()
