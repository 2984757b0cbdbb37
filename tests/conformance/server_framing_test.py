"""RFC 6455 sections 5.2 to 5.8 on `wsb serve --echo`: frames, fragments, control frames."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import Serve, over_both
from wire import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT

MIB = 1 << 20


class Framing(harness.TestCase):
    def setUp(self):
        super().setUp()
        self.servers = {}

    def client(self, tls=False):
        if tls not in self.servers:
            self.servers[tls] = self.enterContext(
                Serve("--echo", "--max-message", "8MiB", tls=tls))
        return self.enterContext(wire.open_client(self.servers[tls].port, tls=tls))

    @over_both
    def test_5_2_every_form_of_length_is_read_and_written_minimally(self, tls):
        peer = self.client(tls)
        for size in (0, 1, 125, 126, 127, 128, 65535, 65536, 65537):
            for opcode, payload in ((TEXT, b"*" * size), (BINARY, b"\xfe" * size)):
                with self.subTest(size=size, opcode=opcode):
                    peer.send(opcode, payload)
                    head = peer.take(2)
                    self.assertEqual(head[0], 0x80 | opcode)
                    form = 7 if size < 126 else 16 if size < 65536 else 64
                    self.assertEqual(head[1], size if form == 7 else 126 if form == 16 else 127)
                    length = peer.take({7: 0, 16: 2, 64: 8}[form])
                    if length:
                        self.assertEqual(int.from_bytes(length, "big"), size)
                    self.assertTrue(peer.take(size) == payload)

    @over_both
    def test_5_4_a_large_message_comes_back_whole_in_whatever_frames(self, tls):
        peer = self.client(tls)
        for opcode, payload in ((TEXT, b"*" * 8 * MIB), (BINARY, os.urandom(MIB))):
            peer.send(opcode, payload)
            self.assertTrue(peer.read_message() == (opcode, payload))

    def test_5_3_any_mask_works_also_zero(self):
        peer = self.client()
        for mask in (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x00\x01\x02\x03", b"ABCD"):
            payload = b"payload of a length that is no multiple of four!!"
            peer.write(wire.encode(TEXT, payload, mask=mask))
            self.assertEqual(peer.read_message(), (TEXT, payload))

    @over_both
    def test_a_message_octet_by_octet(self, tls):
        peer = self.client(tls)
        payload = "ünïcode and more than 125 octets, ".encode() * 8
        for octet in peer.frame(TEXT, payload):
            peer.write(bytes([octet]))
        self.assertEqual(peer.read_message(), (TEXT, payload))

    def test_many_frames_in_one_write_are_answered_in_order(self):
        peer = self.client()
        peer.write(b"".join(peer.frame(TEXT, f"message {i}") for i in range(1000)))
        for i in range(1000):
            self.assertEqual(peer.read_message(), (TEXT, f"message {i}".encode()))

    def test_5_4_fragments_are_one_message_whatever_their_sizes(self):
        peer = self.client()
        for parts in ([b"a", b"b", b"c"], [b"", b"", b""], [b"", b"x"], [b"x", b""],
                      [b"1" * 70000, b"2" * 300, b"3"], [b"."] * 500):
            with self.subTest(count=len(parts)):
                peer.send(BINARY, parts[0], fin=False)
                for part in parts[1:-1]:
                    peer.send(CONTINUATION, part, fin=False)
                peer.send(CONTINUATION, parts[-1])
                self.assertEqual(peer.read_message(), (BINARY, b"".join(parts)))

    def test_5_4_control_frames_may_come_between_fragments(self):
        peer = self.client()
        peer.send(TEXT, "frag", fin=False)
        peer.send(PING, b"now")
        pong = peer.read_frame()
        self.assertEqual((pong.opcode, pong.payload), (PONG, b"now"))
        peer.send(PONG, b"unasked")
        peer.send(CONTINUATION, "ment")
        self.assertEqual(peer.read_message(), (TEXT, b"fragment"))

    @over_both
    def test_5_4_a_ping_among_fragments_is_answered_before_the_message_also_in_one_read(self, tls):
        peer = self.client(tls)
        for i in range(20):
            peer.write(peer.frame(TEXT, "frag", fin=False) + peer.frame(PING, b"among")
                       + peer.frame(CONTINUATION, f"ment {i}"))
            pong = peer.read_frame()
            self.assertEqual((pong.opcode, pong.payload), (PONG, b"among"))
            self.assertEqual(peer.read_message(), (TEXT, f"fragment {i}".encode()))

    def assert_fails(self, data, code=1002, before=(), tls=False):
        """The frames of `before` are legal; then `data` ends it with `code` and without more."""
        peer = self.client(tls)
        for frame in before:
            peer.write(frame)
        peer.write(data)
        frame = peer.read_frame()
        self.assertEqual(frame.opcode, CLOSE, frame)
        self.assertEqual(int.from_bytes(frame.payload[:2], "big"), code)
        self.assertEqual(peer.read_end(), b"")

    @over_both
    def test_5_2_reserved_bits_fail_the_connection(self, tls):
        for rsv in (wire.RSV1, wire.RSV2, wire.RSV3, 0x70):
            for opcode in (TEXT, BINARY, PING, CLOSE):
                with self.subTest(rsv=rsv, opcode=opcode):
                    payload = wire.close_payload(1000) if opcode == CLOSE else b"x"
                    data = wire.encode(opcode, payload, rsv=rsv, mask=b"1234")
                    self.assert_fails(data, tls=tls)

    def test_5_2_reserved_opcodes_fail_the_connection(self):
        for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
            for payload in (b"", b"x"):
                with self.subTest(opcode=opcode, payload=payload):
                    self.assert_fails(wire.encode(opcode, payload, mask=b"1234"))

    def test_5_4_fragments_out_of_order_fail_the_connection(self):
        def masked(opcode, payload=b"x", fin=True):
            return wire.encode(opcode, payload, fin=fin, mask=b"1234")

        self.assert_fails(masked(CONTINUATION))
        self.assert_fails(masked(CONTINUATION, fin=False))
        self.assert_fails(masked(TEXT), before=[masked(TEXT, fin=False)])
        self.assert_fails(masked(BINARY, fin=False), before=[masked(TEXT, fin=False)])

    def test_5_5_control_frames_are_short_and_whole(self):
        for opcode in (PING, PONG, CLOSE):
            with self.subTest(opcode=opcode):
                self.assert_fails(wire.encode(opcode, b"\x03\xe8" + b"x" * 124, mask=b"1234"))
                self.assert_fails(wire.encode(opcode, b"\x03\xe8", fin=False, mask=b"1234"))

    @over_both
    def test_5_5_2_a_ping_is_answered_with_its_own_payload(self, tls):
        peer = self.client(tls)
        for payload in (b"", b"x", bytes(range(125)), b"\xff\xfe\xc0" * 41):
            peer.send(PING, payload)
            pong = peer.read_frame()
            self.assertEqual((pong.opcode, pong.fin, pong.payload), (PONG, True, payload))

    @over_both
    def test_5_5_2_pings_in_a_row_are_all_answered_in_order_before_what_follows(self, tls):
        peer = self.client(tls)
        payloads = [f"ping {i}".encode() for i in range(1000)]
        peer.write(b"".join(peer.frame(PING, p) for p in payloads) + peer.frame(TEXT, "after"))
        for payload in payloads:
            frame = peer.read_frame()
            self.assertEqual((frame.opcode, frame.payload), (PONG, payload))
        self.assertEqual(peer.read_message(), (TEXT, b"after"))

    def test_5_5_2_a_peer_that_reads_no_pongs_is_not_read_from_for_ever(self):
        peer = self.client()
        ping = peer.frame(PING, b"p" * 125) * 1000
        sent = 0
        peer.sock.settimeout(1)
        with self.assertRaises(TimeoutError):
            while sent < 200 * MIB:
                sent += peer.sock.send(ping)
        self.assertLess(sent, 100 * MIB)

    @over_both
    def test_5_1_a_frame_without_a_mask_fails_the_connection(self, tls):
        self.assert_fails(wire.encode(TEXT, b"x"), tls=tls)
        self.assert_fails(wire.encode(PING, b""), tls=tls)

    def test_5_2_a_length_that_is_not_minimal_fails_the_connection(self):
        for form, size in ((16, 0), (16, 125), (64, 0), (64, 126), (64, 65535)):
            with self.subTest(form=form, size=size):
                self.assert_fails(wire.encode(TEXT, b"x" * size, form=form, mask=b"1234"))

    def test_5_5_3_an_unasked_pong_is_ignored_also_one_that_is_not_utf8(self):
        peer = self.client()
        peer.send(PONG, b"\xff\xfe")
        peer.text("x")
        self.assertEqual(peer.read_message(), (TEXT, b"x"))
        peer.send(PONG, b"\xff\xfe" * 60)
        peer.send(PONG)
        peer.text("y")
        self.assertEqual(peer.read_message(), (TEXT, b"y"))

    def test_10_4_a_length_beyond_the_limit_fails_before_its_payload_comes(self):
        for size in (9 * MIB, 1 << 40, (1 << 63) - 1):
            with self.subTest(size=size):
                peer = self.client()
                peer.write(wire.encode(BINARY, b"", length=size, form=64, mask=b"\0\0\0\0"))
                peer.write(b"first octets")
                self.assertEqual(peer.read_close(), 1009)

    def test_a_peer_that_vanishes_in_the_middle_harms_nobody(self):
        for cut in (1, 2, 5, 30):
            peer = self.client()
            peer.write(peer.frame(TEXT, "z" * 100)[:cut])
            peer.reset()
        peer = self.client()
        peer.text("alive")
        self.assertEqual(peer.read_message(), (TEXT, b"alive"))


if __name__ == "__main__":
    harness.main()
