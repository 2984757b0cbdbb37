"""What `wsb serve` relays, in which form, to whom: the envelope, --raw and --echo."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import Serve, over_both
from wire import BINARY, CONTINUATION, PING, PONG, TEXT

WELCOME = (TEXT, b'{"type":"welcome","message":"Connected to broadcast server!"}')
DEFLATE = ("Sec-WebSocket-Extensions", "permessage-deflate")


def envelope(payload):
    payload = payload.encode() if isinstance(payload, str) else payload
    return TEXT, b'{"type":"broadcast","payload":' + payload + b"}"


def greeted(server, path="/"):
    peer = wire.open_client(server.port, path, tls=server.tls)
    welcome = peer.read_message()
    if welcome != WELCOME:
        raise AssertionError(f"not the welcome: {welcome}")
    return peer


class Envelope(harness.TestCase):
    def relayed(self, sender, receiver, text):
        sender.text(text)
        return receiver.read_message()

    def test_text_becomes_a_json_string(self):
        with Serve() as server, greeted(server) as sender, greeted(server) as receiver:
            for text in ("hi", "", " ", "12", "null", "true", '"quoted"', "a\nb\t\x00\x1f",
                         "back\\slash", "ünï😀", "</script>", "\u2028"):
                with self.subTest(text=text):
                    opcode, payload = self.relayed(sender, receiver, text)
                    self.assertEqual(opcode, TEXT)
                    self.assertEqual(payload[:30], b'{"type":"broadcast","payload":')
                    self.assertEqual(json.loads(payload), {"type": "broadcast", "payload": text})

    def test_a_json_object_or_array_is_embedded_as_it_is(self):
        with Serve() as server, greeted(server) as sender, greeted(server) as receiver:
            for text in ('{"a":1}', "[]", '{"b":[1,{"c":null}]}', "[1, 2.50, 1e3]",
                         '{"z":1,"a":"\\u00e9"}'):
                with self.subTest(text=text):
                    self.assertEqual(self.relayed(sender, receiver, text), envelope(text))

    def test_what_only_looks_like_json_is_a_string(self):
        with Serve() as server, greeted(server) as sender, greeted(server) as receiver:
            for text in ("{", "[1,]", "{'a':1}", '{"a":1} x', "[" * 40, '{"a":NaN}', '["\x01"]'):
                with self.subTest(text=text):
                    _, payload = self.relayed(sender, receiver, text)
                    self.assertEqual(json.loads(payload)["payload"], text)

    def test_deeply_nested_json_does_not_harm_the_server(self):
        with Serve() as server, greeted(server) as sender, greeted(server) as receiver:
            _, payload = self.relayed(sender, receiver, "[" * 100000 + "]" * 100000)
            self.assertIn(b"[" * 1000, payload)
            self.assertEqual(self.relayed(sender, receiver, "alive"), envelope('"alive"'))

    @over_both
    def test_binary_is_relayed_unchanged(self, tls):
        with Serve(tls=tls) as server, greeted(server) as sender, greeted(server) as receiver:
            for data in (b"", b"\x00", b'{"a":1}', os.urandom(70000)):
                sender.binary(data)
                self.assertEqual(receiver.read_message(), (BINARY, data))

    def test_every_path_is_the_same_room(self):
        with Serve() as server, greeted(server, "/a/b") as sender, \
                greeted(server, "/other?x=1") as receiver:
            self.assertEqual(self.relayed(sender, receiver, "hi"), envelope('"hi"'))

    def test_fragments_with_a_ping_between_are_relayed_as_one_message(self):
        with Serve() as server, greeted(server) as sender, greeted(server) as receiver:
            sender.send(TEXT, b"gr\xc3", fin=False)
            sender.send(PING, b"now")
            sender.send(CONTINUATION, b"\xbc", fin=False)
            sender.send(CONTINUATION, b"n")
            self.assertEqual(receiver.read_message(), envelope('"grün"'))
            pong = sender.read_frame()
            self.assertEqual((pong.opcode, pong.payload), (PONG, b"now"))

    def test_a_burst_arrives_complete_and_in_order_at_every_other(self):
        count = 3000
        for threads in ("1", "4"):
            with self.subTest(threads=threads), Serve("--threads", threads) as server:
                with greeted(server) as sender, greeted(server) as a, greeted(server) as b:
                    sender.write(b"".join(sender.frame(TEXT, str(i)) for i in range(count)))
                    for receiver in (a, b):
                        for i in range(count):
                            self.assertEqual(receiver.read_message(), envelope(f'"{i}"'))
                    a.text("last")
                    self.assertEqual(sender.read_message(), envelope('"last"'))

    def test_compressed_and_plain_receivers_get_the_same(self):
        with Serve() as server, greeted(server) as plain:
            with wire.open_client(server.port, extra=[DEFLATE]) as packed:
                self.assertEqual(packed.head.get("sec-websocket-extensions").split(";")[0],
                                 "permessage-deflate")
                packed.read_frame()
                text = b"compress me " * 500
                plain.text(text)
                frame = packed.read_frame()
                payload = wire.inflate(frame.payload) if frame.rsv else frame.payload
                self.assertEqual((TEXT, payload), envelope(b'"' + text + b'"'))
                packed.send(TEXT, wire.deflate(text), rsv=wire.RSV1)
                self.assertEqual(plain.read_message(), envelope(b'"' + text + b'"'))


class Raw(harness.TestCase):
    @over_both
    def test_messages_are_relayed_verbatim_without_a_welcome(self, tls):
        with Serve("--raw", tls=tls) as server:
            with wire.open_client(server.port, tls=tls) as sender, \
                    wire.open_client(server.port, tls=tls) as receiver:
                for opcode, payload in ((TEXT, b"hi"), (TEXT, b'{"a": 1}'), (TEXT, b""),
                                        (BINARY, b"\x00\xff"), (BINARY, b"")):
                    sender.send(opcode, payload)
                    self.assertEqual(receiver.read_message(), (opcode, payload))
                receiver.text("back")
                self.assertEqual(sender.read_message(), (TEXT, b"back"))


class Echo(harness.TestCase):
    @over_both
    def test_messages_come_back_to_their_sender_alone(self, tls):
        with Serve("--echo", tls=tls) as server:
            with wire.open_client(server.port, tls=tls) as one, \
                    wire.open_client(server.port, tls=tls) as other:
                one.text("mine")
                one.binary(b"\x00\xff")
                self.assertEqual(one.read_message(), (TEXT, b"mine"))
                self.assertEqual(one.read_message(), (BINARY, b"\x00\xff"))
                other.text("yours")
                self.assertEqual(other.read_message(), (TEXT, b"yours"))


class Limits(harness.TestCase):
    def test_an_echo_takes_large_messages_without_being_told(self):
        text = b"0123456789abcdef" * (256 * 1024)
        with Serve("--echo") as server, wire.open_client(server.port) as peer:
            peer.text(text)
            self.assertEqual(peer.read_message(), (TEXT, text))

    def test_a_message_of_exactly_the_limit_passes_and_one_more_byte_closes_with_1009(self):
        with Serve("--echo", "--max-message", "1000") as server:
            with wire.open_client(server.port) as peer:
                peer.text("x" * 1000)
                self.assertEqual(peer.read_message(), (TEXT, b"x" * 1000))
                peer.text("x" * 1001)
                self.assertEqual(peer.read_close(), 1009)

    def test_the_limit_counts_all_fragments_and_inflated_bytes(self):
        with Serve("--echo", "--max-message", "1000") as server:
            with wire.open_client(server.port) as peer:
                peer.send(TEXT, "x" * 600, fin=False)
                peer.send(CONTINUATION, "x" * 600)
                self.assertEqual(peer.read_close(), 1009)
            with wire.open_client(server.port, extra=[DEFLATE]) as peer:
                peer.send(TEXT, wire.deflate(b"x" * 100000), rsv=wire.RSV1)
                self.assertEqual(peer.read_close(), 1009)

    def test_a_receiver_that_does_not_read_is_closed_and_the_others_hear_everything(self):
        with Serve("--raw", "--max-backlog", "256KiB") as server:
            with wire.open_client(server.port) as sender, wire.open_client(server.port) as reader, \
                    wire.open_client(server.port) as idle:
                payload = b"z" * 60000
                for _ in range(400):
                    sender.binary(payload)
                    self.assertEqual(reader.read_message(), (BINARY, payload))
                got = 0
                while (frame := idle.read_frame()).opcode == BINARY:
                    self.assertEqual(frame.payload, payload)
                    got += 1
                self.assertEqual(frame.opcode, wire.CLOSE)
                self.assertEqual(frame.payload[:2], (1013).to_bytes(2, "big"))
                self.assertLess(got, 400)
                self.assertEqual(server.process.poll(), None)


if __name__ == "__main__":
    harness.main()
