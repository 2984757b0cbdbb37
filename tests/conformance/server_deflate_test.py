"""RFC 7692 on `wsb serve --echo`: negotiation, contexts, windows, and what is refused."""

import os
import random
import sys
import threading
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import DEADLINE, Serve, over_both
from wire import BINARY, CLOSE, CONTINUATION, PING, PONG, RSV1, TEXT

NAME = "permessage-deflate"


def offer(*parameters):
    return ("Sec-WebSocket-Extensions", "; ".join((NAME, *parameters)))


class Stream:
    """A client that keeps its compression contexts, as the handshake agreed."""

    def __init__(self, peer, client_bits=15, client_takeover=True, server_bits=15,
                 server_takeover=True):
        self.peer = peer
        self.client_bits, self.client_takeover = client_bits, client_takeover
        self.server_bits, self.server_takeover = server_bits, server_takeover
        self.packer = self.unpacker = None

    def pack(self, data):
        if self.packer is None or not self.client_takeover:
            self.packer = zlib.compressobj(wbits=-self.client_bits)
        return wire.deflate(data, self.packer)

    def send(self, opcode, data):
        self.peer.send(opcode, self.pack(data), rsv=RSV1)

    def receive(self):
        frame = self.peer.read_frame()
        opcode, rsv, payload = frame.opcode, frame.rsv, frame.payload
        while not frame.fin:
            frame = self.peer.read_frame()
            payload += frame.payload
        if rsv == 0:
            return opcode, payload
        if rsv != RSV1:
            raise AssertionError(frame)
        if self.unpacker is None or not self.server_takeover:
            self.unpacker = zlib.decompressobj(wbits=-self.server_bits)
        return opcode, wire.inflate(payload, self.unpacker)


class Deflate(harness.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.servers = {tls: Serve("--echo", "--max-message", "4MiB", tls=tls)
                       for tls in (False, True)}
        for server in cls.servers.values():
            cls.enterClassContext(server)

    def client(self, *extra, tls=False):
        return self.enterContext(wire.open_client(self.servers[tls].port, tls=tls, extra=extra))

    def answer(self, *extra):
        return self.client(*extra).head.get("sec-websocket-extensions")

    def test_7_1_good_offers_are_answered_with_what_was_asked(self):
        for parameters, wanted in (
                ((), set()),
                (("server_no_context_takeover",), {"server_no_context_takeover"}),
                (("client_no_context_takeover",), {"client_no_context_takeover"}),
                (("server_max_window_bits=10",), {"server_max_window_bits=10"}),
                (("server_max_window_bits=15",), {"server_max_window_bits=15"}),
                (('server_max_window_bits="9"',), {"server_max_window_bits=9"})):
            with self.subTest(parameters=parameters):
                name, *given = [p.strip() for p in self.answer(offer(*parameters)).split(";")]
                self.assertEqual(name, NAME)
                self.assertTrue(wanted <= set(given), given)
                self.assertFalse([p for p in given if p.startswith("client_max_window_bits")])

    def test_7_1_2_2_a_client_window_is_named_only_to_clients_that_can(self):
        for parameter in ("client_max_window_bits", "client_max_window_bits=12"):
            with self.subTest(parameter=parameter):
                given = [p.strip() for p in self.answer(offer(parameter)).split(";")][1:]
                for part in given:
                    self.assertRegex(part, r"^client_max_window_bits=(8|9|1[0-5])$")
                if parameter.endswith("12") and given:
                    self.assertLessEqual(int(given[0].split("=")[1]), 12)

    def test_7_1_bad_offers_are_declined(self):
        for parameters in (("unknown",), ("server_max_window_bits=7",),
                           ("server_max_window_bits=16",), ("server_max_window_bits",),
                           ("server_max_window_bits=09",), ("client_max_window_bits=0",),
                           ("server_no_context_takeover=1",), ("server_no_context_takeover",) * 2,
                           ("client_max_window_bits", "client_max_window_bits=10"),
                           ("server_max_window_bits=1x",)):
            with self.subTest(parameters=parameters):
                self.assertIsNone(self.answer(offer(*parameters)))

    def test_5_1_the_first_offer_that_can_be_kept_is_taken(self):
        text = f"{NAME}; unknown, x-other, {NAME}; server_max_window_bits=11, {NAME}"
        self.assertIn("server_max_window_bits=11",
                      self.answer(("Sec-WebSocket-Extensions", text)))
        self.assertIn(NAME, self.answer(("Sec-WebSocket-Extensions", "x-other"), offer()))

    def test_5_1_a_list_of_three_full_offers_is_not_too_long(self):
        full = ("client_no_context_takeover", "client_max_window_bits",
                "server_no_context_takeover", "server_max_window_bits=9")
        offers = (offer(*full)[1], offer(*full[:3])[1], offer(*full[:2])[1])
        answer = self.answer(("Sec-WebSocket-Extensions", ", ".join(offers)))
        self.assertIn("server_max_window_bits=9", answer)
        self.assertIn("server_no_context_takeover", answer)

    @over_both
    def test_7_2_messages_of_all_kinds_come_back(self, tls):
        settings = (
            ((), {}),
            (("server_no_context_takeover",), {"server_takeover": False}),
            (("client_no_context_takeover",), {"client_takeover": False}),
            (("server_max_window_bits=9",), {"server_bits": 9}),
            (("server_no_context_takeover", "client_no_context_takeover",
              "server_max_window_bits=9"),
             {"server_bits": 9, "server_takeover": False, "client_takeover": False}))
        rng = random.Random(7692)
        words = [bytes(rng.choices(b"abcdefgh ", k=rng.randint(1, 9))) for _ in range(200)]
        messages = [b"", b"x", b"", b"a" * 100000, b"".join(rng.choices(words, k=40000)),
                    rng.randbytes(70000), b"a" * 100000, b"", b"x" * 1000, b""]
        for parameters, kept in settings:
            with self.subTest(parameters=parameters):
                stream = Stream(self.client(offer(*parameters), tls=tls), **kept)
                for data in messages:
                    stream.send(BINARY, data)
                    self.assertTrue(stream.receive() == (BINARY, data), len(data))

    def test_7_1_2_1_a_small_server_window_is_kept_to(self):
        stream = Stream(self.client(offer("server_max_window_bits=9")), server_bits=9)
        rng = random.Random(1)
        block = rng.randbytes(4000)
        stream.send(BINARY, block * 20)
        self.assertEqual(stream.receive(), (BINARY, block * 20))

    def test_6_an_uncompressed_message_is_welcome_at_any_time(self):
        stream = Stream(self.client(offer()))
        for i in range(5):
            stream.send(TEXT, b"packed" * 100)
            self.assertEqual(stream.receive(), (TEXT, b"packed" * 100))
            stream.peer.text("plain")
            self.assertEqual(stream.receive(), (TEXT, b"plain"))

    def test_6_1_a_compressed_message_may_be_fragmented_anywhere(self):
        stream = Stream(self.client(offer()))
        data = "κόσμε and text ".encode() * 50
        for step in (1, 3, 64):
            packed = stream.pack(data)
            pieces = [packed[i: i + step] for i in range(0, len(packed), step)] + [b""]
            for i, piece in enumerate(pieces):
                stream.peer.send(CONTINUATION if i else TEXT, piece, rsv=0 if i else RSV1,
                                 fin=i == len(pieces) - 1)
                if i == 0:
                    stream.peer.send(PING, b"between")
                    pong = stream.peer.read_frame()
                    self.assertEqual((pong.opcode, pong.rsv, pong.payload), (PONG, 0, b"between"))
            self.assertEqual(stream.receive(), (TEXT, data))

    def test_7_2_3_all_kinds_of_blocks_are_understood(self):
        stored = b"\x00\x05\x00\xfa\xffHello\x00"
        fixed = b"\xf2\x48\xcd\xc9\xc9\x07\x00"
        two_blocks = b"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"
        final = b"\xf3\x48\xcd\xc9\xc9\x07\x00\x00"
        for name, packed in (("stored", stored), ("fixed", fixed), ("two blocks", two_blocks),
                             ("a final block", final)):
            with self.subTest(name):
                stream = Stream(self.client(offer()))
                for _ in range(2):
                    stream.peer.send(TEXT, packed, rsv=RSV1)
                    self.assertEqual(stream.receive(), (TEXT, b"Hello"))

    def assert_fails(self, peer, *codes):
        frame = peer.read_frame()
        self.assertEqual(frame.opcode, CLOSE, frame)
        self.assertIn(int.from_bytes(frame.payload[:2], "big"), codes)
        self.assertEqual(peer.read_end(), b"")

    def test_6_1_rsv1_where_it_may_not_be_fails(self):
        peer = self.client()
        peer.send(TEXT, wire.deflate(b"not agreed"), rsv=RSV1)
        self.assert_fails(peer, 1002)
        packed = wire.deflate(b"some text")
        peer = self.client(offer())
        peer.send(TEXT, packed[:3], rsv=RSV1, fin=False)
        peer.send(CONTINUATION, packed[3:], rsv=RSV1)
        self.assert_fails(peer, 1002)
        peer = self.client(offer())
        peer.send(CLOSE, wire.close_payload(1000), rsv=RSV1)
        self.assert_fails(peer, 1002)

    def test_what_cannot_be_inflated_fails(self):
        for data in (b"\xff\xff\xff\xff", b"\x07", b"\x00\x05\x00\x00\x00Hello"):
            with self.subTest(data=data):
                peer = self.client(offer())
                peer.send(BINARY, data, rsv=RSV1)
                self.assert_fails(peer, 1002, 1007)

    def test_text_is_checked_after_inflating_also_a_character_cut_off(self):
        for data in (b"caf\xe9 au lait", b"cut \xe2\x82"):
            with self.subTest(data=data):
                peer = self.client(offer())
                peer.send(TEXT, wire.deflate(data), rsv=RSV1)
                self.assert_fails(peer, 1007)

    def test_the_limit_is_on_inflated_bytes_and_stops_a_bomb(self):
        packed = wire.deflate(b"\0" * (64 << 20))
        self.assertLess(len(packed), 100000)
        peer = self.client(offer())
        peer.send(BINARY, packed, rsv=RSV1)
        self.assert_fails(peer, 1009)

    @over_both
    def test_busy_connections_do_not_disturb_each_other(self, tls):
        failures = []

        def converse(seed):
            rng = random.Random(seed)
            try:
                with wire.open_client(self.servers[tls].port, tls=tls, extra=[offer()]) as peer:
                    stream = Stream(peer)
                    for _ in range(60):
                        letters = bytes(rng.choices(range(97, 123), k=5))
                        data = bytes(rng.choices(letters, k=rng.randint(0, 60000)))
                        stream.send(TEXT, data)
                        if stream.receive() != (TEXT, data):
                            raise AssertionError(f"damaged at connection {seed}")
            except Exception as error:
                failures.append(error)

        threads = [threading.Thread(target=converse, args=(seed,)) for seed in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(3 * DEADLINE)
        self.assertEqual(failures, [])


if __name__ == "__main__":
    harness.main()
