"""RFC 6455 section 4.2 on `wsb serve`: which requests are upgraded, which refused, and how."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import Serve, over_both
from wire import TEXT

KEY = "dGhlIHNhbXBsZSBub25jZQ=="


class Upgrade(harness.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Serve("--echo")
        cls.enterClassContext(cls.server)

    def request(self, data):
        """The head of the answer; the connection ends with the test."""
        peer = wire.Peer(wire.connect_tcp(self.server.port))
        self.addCleanup(peer.end)
        peer.write(data)
        return peer, peer.read_head()

    def good(self, **changes):
        return wire.upgrade_request(self.server.port, **changes)

    def assert_works(self, data):
        peer, head = self.request(data)
        self.assertEqual(head.status, 101, head.raw)
        peer.text("hello")
        self.assertEqual(peer.read_message(), (TEXT, b"hello"))

    def test_the_example_of_the_rfc_is_answered_as_there(self):
        _, head = self.request(self.good())
        self.assertEqual(head.line, "HTTP/1.1 101 Switching Protocols")
        self.assertEqual(head.get("upgrade").lower(), "websocket")
        self.assertEqual(head.get("connection").lower(), "upgrade")
        self.assertEqual(head.get("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        self.assertIsNone(head.get("sec-websocket-extensions"))
        self.assertIsNone(head.get("sec-websocket-protocol"))

    def test_names_and_tokens_are_read_without_regard_to_case(self):
        self.assert_works((f"GET /chat HTTP/1.1\r\nhOST: x\r\nUPGRADE: WebSocket\r\n"
                           f"connection: keep-alive, uPgRaDe\r\nsec-websocket-KEY:{KEY}\r\n"
                           f"Sec-websocket-Version:   13  \r\n\r\n").encode())

    def test_unknown_headers_origins_and_subprotocols_do_not_matter(self):
        self.assert_works(self.good(extra=[
            ("Origin", "https://example.org"), ("Cookie", "a=b; c=d"), ("X-Unknown", "ä"),
            ("Sec-WebSocket-Protocol", "chat, superchat")]))

    def test_an_unknown_extension_is_declined(self):
        _, head = self.request(self.good(extra=[("Sec-WebSocket-Extensions", "x-unknown; a=1")]))
        self.assertEqual(head.status, 101)
        self.assertIsNone(head.get("sec-websocket-extensions"))

    def test_a_request_that_comes_octet_by_octet(self):
        peer = wire.Peer(wire.connect_tcp(self.server.port))
        self.addCleanup(peer.end)
        for octet in self.good():
            peer.write(bytes([octet]))
        self.assertEqual(peer.read_head().status, 101)
        peer.text("x")
        self.assertEqual(peer.read_message(), (TEXT, b"x"))

    def test_the_first_frame_may_come_with_the_request(self):
        peer, head = self.request(self.good() + wire.encode(TEXT, b"early", mask=b"abcd"))
        self.assertEqual(head.status, 101)
        self.assertEqual(peer.read_message(), (TEXT, b"early"))

    @over_both
    def test_the_upgrade_works_over_both_transports(self, tls):
        with Serve("--echo", tls=tls) as server, wire.open_client(server.port, tls=tls) as peer:
            peer.text("x")
            self.assertEqual(peer.read_message(), (TEXT, b"x"))

    def test_what_is_not_a_proper_handshake_is_refused(self):
        port = self.server.port
        good = self.good().decode()
        for name, data, statuses in (
                ("another method", good.replace("GET", "POST", 1), (405,)),
                ("HTTP/1.0", good.replace("HTTP/1.1", "HTTP/1.0", 1), (505,)),
                ("no Host", self.good(drop=("Host",)), (400,)),
                ("two Hosts", self.good(extra=[("Host", f"127.0.0.1:{port}")]), (400,)),
                ("no key", self.good(drop=("Sec-WebSocket-Key",)), (400,)),
                ("a key of 4 bytes", self.good(key="AAAAAA=="), (400,)),
                ("a key of 17 bytes", self.good(key="AAAAAAAAAAAAAAAAAAAAAAA="), (400,)),
                ("a key that is not base64", self.good(key="!!!!!!!!!!!!!!!!!!!!!!=="), (400,)),
                ("two keys", self.good(extra=[("Sec-WebSocket-Key", KEY)]), (400,)),
                ("no version", self.good(drop=("Sec-WebSocket-Version",)), (400, 426)),
                ("no Connection: Upgrade", self.good(
                    drop=("Connection",), extra=[("Connection", "keep-alive")]), (400,)),
                ("a body", self.good(extra=[("Content-Length", "1")]), (400,)),
                ("a space before a colon", good.replace("Host:", "Host :", 1), (400,)),
                ("a folded line", good.replace("\r\nHost", "\r\nX: a\r\n b\r\nHost", 1), (400,)),
                ("bare line feeds", good.replace("\r\n", "\n"), (400,))):
            with self.subTest(name):
                data = data.encode() if isinstance(data, str) else data
                _, head = self.request(data)
                self.assertIn(head.status, statuses, head.raw)

    def test_http_2_is_not_spoken_however_it_is_asked_for(self):
        settings = ("HTTP2-Settings", "AAMAAABkAARAAAAAAAIAAAAA")
        good = self.good(extra=[settings])
        _, head = self.request(good.replace(b"Upgrade: websocket", b"Upgrade: h2c"))
        self.assertNotEqual(head.status, 101)
        _, head = self.request(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        self.assertEqual(head.status, 505)
        # Of several offers the one that is known is taken (RFC 9110 section 7.8).
        for offer in (b"Upgrade: h2c\r\nUpgrade: websocket", b"Upgrade: h2c, websocket",
                      b"Upgrade: websocket\r\nUpgrade: h2c"):
            with self.subTest(offer=offer):
                self.assert_works(good.replace(b"Upgrade: websocket", offer))

    def test_connect_opens_no_tunnel(self):
        peer = wire.Peer(wire.connect_tcp(self.server.port))
        self.addCleanup(peer.end)
        peer.write(b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\nraw")
        self.assertEqual(peer.read_head().status, 400)

    def test_another_version_is_told_which_one_is_spoken(self):
        for version in ("12", "8", "0", "14", "013", "abc"):
            with self.subTest(version=version):
                _, head = self.request(self.good(
                    drop=("Sec-WebSocket-Version",), extra=[("Sec-WebSocket-Version", version)]))
                self.assertEqual(head.status, 426)
                self.assertEqual(head.get("sec-websocket-version"), "13")

    def test_a_head_without_end_is_not_collected_without_end(self):
        peer = wire.Peer(wire.connect_tcp(self.server.port))
        self.addCleanup(peer.end)
        peer.write(b"GET / HTTP/1.1\r\n")
        for _ in range(100):
            peer.write(b"X-Filler: " + b"a" * 4000 + b"\r\n")
        self.assertEqual(peer.read_head().status, 431)
        self.assertTrue(peer.read_end().endswith(b"\n"))

    def test_garbage_ends_the_connection_and_harms_nobody(self):
        for data in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200,
                     b"\x00" * 300, b"NONSENSE\r\n\r\n", b"GET\r\n\r\n"):
            with self.subTest(data=data[:12]):
                peer = wire.Peer(wire.connect_tcp(self.server.port))
                self.addCleanup(peer.end)
                peer.write(data)
                answer = peer.read_end()
                self.assertFalse(answer.startswith(b"HTTP/1.1 101"), answer)
                self.assert_works(self.good())


if __name__ == "__main__":
    harness.main()
