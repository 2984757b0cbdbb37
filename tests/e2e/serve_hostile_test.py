"""What ill-meaning clients send to `wsb serve`, and that it serves the others all the same."""

import json
import os
import sys
import threading
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import Serve
from wire import BINARY, TEXT


def request(method, path, body=b""):
    length = f"Content-Length: {len(body)}\r\n" if method == "POST" else ""
    return f"{method} {path} HTTP/1.1\r\nHost: x\r\n{length}\r\n".encode() + body


def read_answer(peer):
    head = peer.read_head()
    return head.status, peer.take(int(head.get("content-length") or 0))


def tcp(server):
    return wire.Peer(wire.connect_tcp(server.port))


def broadcast(server, body, query=""):
    with tcp(server) as peer:
        peer.write(request("POST", "/broadcast" + query, body))
        return read_answer(peer)


def opened(server, query=""):
    peer = wire.open_client(server.port, "/" + query)
    peer.read_message()
    return peer


def polling_session(peer):
    """A Socket.IO client that has read its welcome; the path of its requests."""
    path = "/socket.io/?EIO=4&transport=polling"
    peer.write(request("GET", path))
    path += "&sid=" + json.loads(read_answer(peer)[1][1:])["sid"]
    for step in (request("POST", path, b"40"), request("GET", path)):
        peer.write(step)
        read_answer(peer)
    return path


class Hostile(harness.TestCase):
    def test_a_target_with_a_host_is_the_same_as_without(self):
        """RFC 9112 section 3.2.2"""
        with Serve() as server, tcp(server) as peer:
            target = "http://x/socket.io/?EIO=4&transport=websocket"
            peer.write(wire.upgrade_request(server.port, target))
            self.assertEqual(peer.read_head().status, 101)
            self.assertTrue(peer.read_message()[1].startswith(b'0{"sid":'))
            peer.text("40")
            self.assertTrue(peer.read_message()[1].startswith(b'40{"sid":'))

    def test_what_is_pipelined_behind_a_poll_waits_for_the_broadcast_that_answers_it(self):
        for behind in (lambda path: request("POST", "/broadcast", b"two"),
                       lambda path: request("POST", path, b'42["broadcast","two"]'),
                       lambda path: request("GET", "/events")):
            with Serve("-t", "1") as server, tcp(server) as peer, opened(server) as other:
                path = polling_session(peer)
                peer.write(request("GET", path) + behind(path))
                broadcast(server, b"one")
                self.assertIn(b"one", read_answer(peer)[1])
                self.assertIn(b'"one"', other.read_message()[1])
                self.assertEqual(peer.read_head().status, 200)
                broadcast(server, b"three")
                while b"three" not in other.read_message()[1]:
                    pass

    def test_a_session_that_is_cut_while_it_joins_a_room_is_in_none(self):
        with Serve("--rooms", "-t", "1") as server, tcp(server) as peer:
            full, joining = polling_session(peer), polling_session(peer)
            event = b'42["broadcast","' + b"x" * 100_000 + b'"]'
            for _ in range(10):
                peer.write(request("POST", full, event))
                read_answer(peer)
            peer.write(request("POST", full, event) +
                       request("POST", joining, b'42["join","z"]'))
            read_answer(peer)
            read_answer(peer)
            for _ in range(3):
                self.assertEqual(broadcast(server, b"hi", "?room=z")[0], 200)

    def test_joining_and_leaving_without_end_holds_up_nobody(self):
        with Serve("--rooms", "--history", "1000", "-t", "2") as server:
            for room in "xy":
                for _ in range(30):
                    broadcast(server, b"h" * 15_000, f"?room={room}")
            flood = b""
            for room in "xy":
                for verb in (f'{{"type":"join","room":"{room}","since":0}}',
                             f'{{"type":"leave","room":"{room}"}}'):
                    flood += wire.encode(TEXT, verb.encode(), mask=b"1234")
            peers = [opened(server) for _ in range(4)]
            threads = [threading.Thread(target=self.flood, args=(peer, flood)) for peer in peers]
            for thread in threads:
                thread.start()
            for _ in range(20):
                self.assertEqual(broadcast(server, b"hi")[0], 200)
            for peer in peers:
                self.stop(peer)
            for thread in threads:
                thread.join(wire.DEADLINE)

    @staticmethod
    def stop(peer):
        try:
            peer.sock.shutdown(2)
        except OSError:
            pass  # it was cut

    @staticmethod
    def flood(peer, bytes_):
        try:
            while True:
                peer.write(bytes_ * 50)
        except OSError:
            peer.end()

    def test_joining_rooms_with_much_history_at_once_is_not_reading_slowly(self):
        with Serve("--rooms", "--history", "1000", "-t", "1") as server:
            for room in "abc":
                for _ in range(30):
                    broadcast(server, b"h" * 15_000, f"?room={room}")
            with opened(server) as peer:
                peer.write(b"".join(peer.frame(TEXT, f'{{"type":"join","room":"{room}","since":0}}')
                                    for room in "abc"))
                heard = [peer.read_message()[1] for _ in range(3 + 90)]
                self.assertEqual(sum(b'"history":true' in text for text in heard), 90)

    def test_a_message_of_many_final_blocks_is_read_as_what_it_is(self):
        """RFC 7692 section 7.2.3.4. Each used to cost a copy of the whole window."""
        with Serve("--raw", "-t", "1") as server, opened_raw(server) as peer, \
                opened_raw(server) as other:
            packer = zlib.compressobj(wbits=-15)
            payload = packer.compress(b"a" * 40_000) + packer.flush(zlib.Z_FINISH)
            peer.send(BINARY, payload + b"\x03\x00" * 100_000, rsv=wire.RSV1)
            frame = other.read_frame()
            self.assertEqual(wire.inflate(frame.payload) if frame.rsv else frame.payload,
                             b"a" * 40_000)


def opened_raw(server):
    peer = tcp(server)
    peer.write(wire.upgrade_request(
        server.port, extra=[("Sec-WebSocket-Extensions", "permessage-deflate")]))
    peer.read_head()
    return peer


if __name__ == "__main__":
    harness.main()
