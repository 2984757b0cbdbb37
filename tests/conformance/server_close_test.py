"""RFC 6455 sections 5.5.1, 7 and 8.1 on `wsb serve --echo`: closing, and what text may hold."""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import Serve, over_both
from wire import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, close_payload

PROMPTLY_S = 3.0  # far below the 5 s after which an unanswered close is given up

BAD_UTF8 = (
    b"\x80", b"\xbf", b"caf\xe9", b"\xc0\xaf", b"\xc1\xbf", b"\xc3", b"\xc3(", b"\xe0\x80\xaf",
    b"\xe0\x9f\xbf", b"\xe2\x82", b"\xe2\x28\xa1", b"\xed\xa0\x80", b"\xed\xbf\xbf",
    b"\xf0\x80\x80\xaf", b"\xf0\x8f\xbf\xbf", b"\xf0\x9f\x98", b"\xf4\x90\x80\x80",
    b"\xf5\x80\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xfc\x84\x80\x80\x80\x80", b"\xfe", b"\xff",
    b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80edited")
GOOD_UTF8 = ("", "\0", "é", "€", "😀", "\u07ff\u0800\uffff\U00010000\U0010ffff", "\ufeffx",
             "κόσμε")


class Server(harness.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.servers = {tls: Serve("--echo", tls=tls) for tls in (False, True)}
        for server in cls.servers.values():
            cls.enterClassContext(server)

    def client(self, tls=False):
        return self.enterContext(wire.open_client(self.servers[tls].port, tls=tls))

    def assert_closed(self, peer, code, payload=None):
        """A Close with `code` (and `payload`), then promptly the end of TCP."""
        frame = peer.read_frame()
        self.assertEqual(frame.opcode, CLOSE, frame)
        self.assertLessEqual(len(frame.payload), 125)
        if code == 1005:
            self.assertEqual(frame.payload, b"")
        else:
            self.assertEqual(int.from_bytes(frame.payload[:2], "big"), code)
            frame.payload[2:].decode("utf-8")
        begin = time.monotonic()
        self.assertEqual(peer.read_end(), b"")
        self.assertLess(time.monotonic() - begin, PROMPTLY_S)


class Closing(Server):
    @over_both
    def test_a_close_is_answered_with_its_code_and_the_server_ends_tcp(self, tls):
        for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999):
            for reason in ("", "r", "ünï" * 20, "x" * 123):
                with self.subTest(code=code, reason=reason):
                    peer = self.client(tls)
                    peer.send(CLOSE, close_payload(code, reason))
                    self.assert_closed(peer, code)

    def test_codes_newer_than_the_rfc_end_it_in_order_too(self):
        """libwebsockets 4.1 turns these three into 1002 before anybody sees them."""
        for code in (1012, 1013, 1014):
            with self.subTest(code=code):
                peer = self.client()
                peer.send(CLOSE, close_payload(code))
                self.assertIn(peer.read_close(), (code, 1002))
                self.assertEqual(peer.read_end(), b"")

    @over_both
    def test_a_close_without_a_code_is_answered(self, tls):
        peer = self.client(tls)
        peer.send(CLOSE)
        self.assert_closed(peer, 1005)

    @over_both
    def test_codes_that_may_not_be_sent_are_a_protocol_error(self, tls):
        for code in (0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535):
            with self.subTest(code=code):
                peer = self.client(tls)
                peer.send(CLOSE, close_payload(code))
                self.assert_closed(peer, 1002)

    @over_both
    def test_a_body_of_one_octet_is_a_protocol_error(self, tls):
        peer = self.client(tls)
        peer.send(CLOSE, b"\x03")
        self.assert_closed(peer, 1002)

    def test_a_reason_that_is_not_utf8_is_refused_with_1007(self):
        for reason in BAD_UTF8:
            with self.subTest(reason=reason):
                peer = self.client()
                peer.send(CLOSE, close_payload(1000, reason))
                self.assert_closed(peer, 1007)

    def test_messages_before_the_close_are_answered_before_it(self):
        peer = self.client()
        peer.write(peer.frame(TEXT, "first") + peer.frame(CLOSE, close_payload(1000)))
        self.assertEqual(peer.read_message(), (TEXT, b"first"))
        self.assert_closed(peer, 1000)

    def test_what_comes_after_the_close_is_ignored(self):
        for late in ((PING, b"late"), (TEXT, b"late"), (CLOSE, close_payload(4000))):
            with self.subTest(late=late):
                peer = self.client()
                peer.write(peer.frame(CLOSE, close_payload(1000)) + peer.frame(*late))
                self.assert_closed(peer, 1000)

    def test_a_close_in_the_middle_of_a_fragmented_message_is_obeyed(self):
        peer = self.client()
        peer.send(TEXT, "never finished", fin=False)
        peer.send(CLOSE, close_payload(1001))
        self.assert_closed(peer, 1001)

    def test_after_a_failure_nothing_but_the_close_is_sent(self):
        peer = self.client()
        peer.write(wire.encode(3, b"x", mask=b"1234") + peer.frame(TEXT, "late")
                   + peer.frame(PING, b"late"))
        self.assert_closed(peer, 1002)


class Text(Server):
    @over_both
    def test_valid_text_comes_back_byte_for_byte(self, tls):
        peer = self.client(tls)
        for text in GOOD_UTF8:
            with self.subTest(text=text):
                peer.text(text)
                self.assertEqual(peer.read_message(), (TEXT, text.encode()))

    def test_characters_may_be_cut_by_fragments_anywhere(self):
        peer = self.client()
        data = "".join(GOOD_UTF8).encode()
        for cut in range(len(data) + 1):
            peer.send(TEXT, data[:cut], fin=False)
            peer.send(PING, b"")
            self.assertEqual(peer.read_frame().opcode, PONG)
            peer.send(CONTINUATION, data[cut:])
            self.assertEqual(peer.read_message(), (TEXT, data))
        for i in range(len(data)):
            peer.send(CONTINUATION if i else TEXT, data[i: i + 1], fin=i == len(data) - 1)
        self.assertEqual(peer.read_message(), (TEXT, data))

    @over_both
    def test_invalid_text_fails_with_1007(self, tls):
        for data in BAD_UTF8:
            with self.subTest(data=data):
                peer = self.client(tls)
                peer.text(b"good, then " + data)
                self.assert_closed(peer, 1007)

    def test_invalid_text_fails_at_the_frame_that_makes_it_so(self):
        peer = self.client()
        peer.send(TEXT, b"\xce\xba\xe1\xbd\xb9\xcf\x83", fin=False)
        peer.send(PING, b"still good")
        self.assertEqual(peer.read_frame().payload, b"still good")
        peer.send(CONTINUATION, b"\xf4\x90", fin=False)
        self.assert_closed(peer, 1007)

    def test_a_character_cut_off_at_the_end_fails_also_before_an_empty_last_fragment(self):
        peer = self.client()
        peer.send(TEXT, b"\xe2\x82", fin=False)
        peer.send(CONTINUATION, b"")
        self.assert_closed(peer, 1007)

    def test_binary_may_hold_anything(self):
        peer = self.client()
        for data in BAD_UTF8:
            peer.binary(data)
            self.assertEqual(peer.read_message(), (BINARY, data))

    def test_each_message_is_judged_alone(self):
        peer = self.client()
        peer.binary(b"\xe2\x82")
        self.assertEqual(peer.read_message(), (BINARY, b"\xe2\x82"))
        peer.text("fine")
        self.assertEqual(peer.read_message(), (TEXT, b"fine"))


if __name__ == "__main__":
    harness.main()
