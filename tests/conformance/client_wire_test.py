"""RFC 6455 and RFC 7692 on `wsb connect --echo`, seen from a server made of a bare socket."""

import os
import socket
import sys
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import DEADLINE, Held
from wire import BINARY, CLOSE, CONTINUATION, PING, PONG, RSV1, TEXT, close_payload

MIB = 1 << 20


class Client(harness.TestCase):
    def setUp(self):
        super().setUp()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.listener.close)
        self.listener.settimeout(DEADLINE)
        self.port = self.listener.getsockname()[1]

    def accept(self, *options, extension=None, url=""):
        """A freshly started client, upgraded; `self.held` is its process."""
        held = self.enterContext(
            Held("connect", "--echo", *options, f"ws://127.0.0.1:{self.port}/{url}"))
        sock, _ = self.listener.accept()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        peer = wire.Peer(sock, client=False)
        self.addCleanup(peer.end)
        peer.head = peer.read_head()
        answer = ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                  "Connection: Upgrade\r\nSec-WebSocket-Accept: "
                  + wire.accept_key(peer.head.get("sec-websocket-key")) + "\r\n")
        if extension:
            answer += f"Sec-WebSocket-Extensions: {extension}\r\n"
        peer.write(answer.encode() + b"\r\n")
        self.held = held
        return peer

    def finish(self, peer, code, status, reason=""):
        """The client's Close carries `code`; it waits for us to end TCP and exits with `status`."""
        frame = peer.read_frame()
        self.assertEqual(frame.opcode, CLOSE, frame)
        self.assertIsNotNone(frame.mask)
        got = int.from_bytes(frame.payload[:2], "big") if frame.payload else 1005
        self.assertEqual(got, code)
        peer.end()
        finished = self.held.finish()
        self.assertEqual(finished.code, status, str(finished))
        return finished


class Echo(Client):
    def test_every_length_and_both_kinds_come_back_masked_and_minimal(self):
        peer = self.accept()
        masks = set()
        for size in (0, 1, 125, 126, 127, 65535, 65536, MIB):
            for opcode, payload in ((TEXT, b"*" * size), (BINARY, b"\xfe" * size)):
                peer.send(opcode, payload)
                first, second = peer.take(2)
                self.assertEqual(first, 0x80 | opcode)
                self.assertTrue(second & 0x80, "a client masks every frame")
                form = 7 if size < 126 else 16 if size < 65536 else 64
                self.assertEqual(second & 0x7F, size if form == 7 else 126 if form == 16 else 127)
                length = peer.take({7: 0, 16: 2, 64: 8}[form])
                self.assertEqual(int.from_bytes(length, "big") if length else size, size)
                mask = peer.take(4)
                masks.add(mask)
                self.assertTrue(wire.mask_bytes(peer.take(size), mask) == payload)
        self.assertGreater(len(masks), 14)

    def test_fragments_with_control_frames_between_come_back_as_one_message(self):
        peer = self.accept()
        peer.send(TEXT, "fr", fin=False)
        peer.send(PING, b"1")
        peer.send(CONTINUATION, "", fin=False)
        peer.send(PONG, b"\xff\xfe")
        peer.send(CONTINUATION, "ag")
        pong = peer.read_frame()
        self.assertEqual((pong.opcode, pong.payload), (PONG, b"1"))
        self.assertEqual(peer.read_message(), (TEXT, b"frag"))

    def test_ten_pings_at_once_are_all_answered(self):
        peer = self.accept()
        payloads = [f"payload {i}".encode() for i in range(10)]
        peer.write(b"".join(peer.frame(PING, p) for p in payloads))
        self.assertEqual([peer.read_frame().payload for _ in payloads], payloads)

    def test_frames_octet_by_octet_and_right_behind_the_handshake(self):
        peer = self.accept()
        for octet in peer.frame(TEXT, "ünï" * 60):
            peer.write(bytes([octet]))
        self.assertEqual(peer.read_message(), (TEXT, ("ünï" * 60).encode()))

    def test_many_messages_at_once_come_back_in_order(self):
        peer = self.accept()
        peer.write(b"".join(peer.frame(TEXT, f"message {i}") for i in range(2000)))
        for i in range(2000):
            self.assertEqual(peer.read_message(), (TEXT, f"message {i}".encode()))


class Closing(Client):
    def test_a_close_is_answered_with_its_code(self):
        for code, status in ((1000, 0), (1001, 0), (1002, 110), (1003, 110), (1007, 110),
                             (1008, 110), (1009, 110), (1010, 110), (1011, 110), (1012, 110),
                             (1013, 110), (1014, 110), (3000, 110), (4999, 110)):
            with self.subTest(code=code):
                peer = self.accept()
                peer.send(CLOSE, close_payload(code, "why"))
                self.finish(peer, code, status)

    def test_a_close_without_a_code_is_answered_and_fine(self):
        peer = self.accept()
        peer.send(CLOSE)
        self.finish(peer, 1005, 0)

    def test_bad_closes_are_refused(self):
        for payload, code in ((b"\x03", 1002), (close_payload(999), 1002),
                              (close_payload(1005), 1002), (close_payload(1006), 1002),
                              (close_payload(1016), 1002), (close_payload(2999), 1002),
                              (close_payload(5000), 1002), (close_payload(1000, b"\xff"), 1007)):
            with self.subTest(payload=payload):
                peer = self.accept()
                peer.send(CLOSE, payload)
                self.finish(peer, code, 111)

    def test_messages_before_the_close_are_answered_before_it(self):
        peer = self.accept()
        peer.write(peer.frame(TEXT, "first") + peer.frame(CLOSE, close_payload(1000)))
        self.assertEqual(peer.read_message(), (TEXT, b"first"))
        self.finish(peer, 1000, 0)

    def test_a_server_that_does_not_end_tcp_is_not_waited_for_long(self):
        peer = self.accept()
        peer.send(CLOSE, close_payload(1000))
        self.assertEqual(peer.read_close(), 1000)
        self.assertEqual(self.held.process.wait(5), 0)


class Violations(Client):
    def assert_refused(self, data, code=1002, status=111, **options):
        peer = self.accept(**options)
        peer.write(data)
        self.finish(peer, code, status)

    def test_framing_errors_fail_with_1002(self):
        for name, data in (
                ("masked", wire.encode(TEXT, b"x", mask=b"1234")),
                ("RSV1 without an extension", wire.encode(TEXT, b"x", rsv=RSV1)),
                ("RSV3", wire.encode(BINARY, b"x", rsv=wire.RSV3)),
                ("opcode 3", wire.encode(3, b"")), ("opcode 15", wire.encode(15, b"")),
                ("a long ping", wire.encode(PING, b"x" * 126)),
                ("a ping in fragments", wire.encode(PING, b"x", fin=False)),
                ("a stray continuation", wire.encode(CONTINUATION, b"x")),
                ("a message inside a message", wire.encode(TEXT, b"x", fin=False)
                 + wire.encode(TEXT, b"y")),
                ("16 bits for 5", wire.encode(TEXT, b"12345", form=16)),
                ("64 bits for 300", wire.encode(TEXT, b"1" * 300, form=64)),
                ("a length of 64 bits with the highest set", wire.encode(
                    BINARY, b"", length=1 << 63, form=64))):
            with self.subTest(name):
                self.assert_refused(data)

    def test_text_that_is_not_utf8_fails_with_1007_at_the_octet_that_makes_it_so(self):
        for data in (b"\xff", b"caf\xe9", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
                     b"\xe2\x82"):
            with self.subTest(data=data):
                self.assert_refused(wire.encode(TEXT, b"ok " + data), 1007)
        self.assert_refused(wire.encode(TEXT, b"\xf4\x90", fin=False), 1007)
        self.assert_refused(wire.encode(TEXT, b"\xff", length=1000, form=16), 1007)

    def test_a_message_beyond_the_limit_fails_with_1009_before_it_comes(self):
        self.assert_refused(wire.encode(BINARY, length=65 * MIB, form=64), 1009, 63)

    def test_an_answer_to_no_offer_is_refused(self):
        peer_options = {"extension": "permessage-deflate"}
        self.accept("--no-compress", **peer_options)
        self.assertEqual(self.held.finish().code, 8)


class Deflate(Client):
    def test_the_offer_names_no_window_that_could_not_be_kept(self):
        offered = self.accept().head.get("sec-websocket-extensions")
        self.assertRegex(offered, r"^permessage-deflate(; client_max_window_bits)?$")
        self.assertIsNone(self.accept("--no-compress").head.get("sec-websocket-extensions"))

    def test_bad_answers_are_refused(self):
        for answer in ("x-other", "permessage-deflate, permessage-deflate",
                       "permessage-deflate; unknown", "permessage-deflate; client_max_window_bits",
                       "permessage-deflate; server_max_window_bits=16",
                       "permessage-deflate; server_no_context_takeover; "
                       "server_no_context_takeover"):
            with self.subTest(answer=answer):
                self.accept(extension=answer)
                self.assertEqual(self.held.finish().code, 8)

    def converse(self, extension, server_bits=15, server_takeover=True, client_bits=15,
                 client_takeover=True):
        peer = self.accept(extension=extension)
        packer = unpacker = None
        for data in (b"", b"hello", b"hello", b"", b"z" * 200000, os.urandom(30000), b"hello"):
            if packer is None or not server_takeover:
                packer = zlib.compressobj(wbits=-server_bits)
            peer.send(BINARY, wire.deflate(data, packer), rsv=RSV1)
            frame = peer.read_frame()
            self.assertEqual((frame.opcode, frame.fin), (BINARY, True))
            if frame.rsv:
                if unpacker is None or not client_takeover:
                    unpacker = zlib.decompressobj(wbits=-client_bits)
                self.assertTrue(wire.inflate(frame.payload, unpacker) == data)
            else:
                self.assertTrue(frame.payload == data)
        peer.send(TEXT, "plain in between")
        frame = peer.read_frame()
        self.assertEqual((frame.opcode, frame.rsv, frame.payload), (TEXT, 0, b"plain in between"))

    def test_every_agreement_is_kept(self):
        name = "permessage-deflate"
        self.converse(name)
        self.converse(f"{name}; server_no_context_takeover", server_takeover=False)
        self.converse(f"{name}; client_no_context_takeover", client_takeover=False)
        self.converse(f"{name}; server_max_window_bits=9", server_bits=9)
        self.converse(f"{name}; server_no_context_takeover; client_no_context_takeover",
                      server_takeover=False, client_takeover=False)

    def test_a_client_window_is_kept_to_when_it_was_offered(self):
        offered = self.accept().head.get("sec-websocket-extensions")
        if "client_max_window_bits" in offered:
            self.converse("permessage-deflate; client_max_window_bits=9", client_bits=9)
        else:
            self.accept(extension="permessage-deflate; client_max_window_bits=9")
            self.assertEqual(self.held.finish().code, 8)

    def test_text_is_checked_after_inflating(self):
        peer = self.accept(extension="permessage-deflate")
        peer.send(TEXT, wire.deflate(b"caf\xe9"), rsv=RSV1)
        self.finish(peer, 1007, 111)

    def test_a_bomb_is_stopped_at_the_limit(self):
        peer = self.accept("--max-message", "1MiB", extension="permessage-deflate")
        peer.send(BINARY, wire.deflate(b"\0" * (32 * MIB)), rsv=RSV1)
        self.finish(peer, 1009, 63)

    def test_rsv1_on_a_continuation_or_a_ping_fails(self):
        for data in (wire.encode(TEXT, wire.deflate(b"x")[:1], fin=False, rsv=RSV1)
                     + wire.encode(CONTINUATION, b"", rsv=RSV1),
                     wire.encode(PING, b"", rsv=RSV1)):
            peer = self.accept(extension="permessage-deflate")
            peer.write(data)
            self.finish(peer, 1002, 111)


if __name__ == "__main__":
    harness.main()
