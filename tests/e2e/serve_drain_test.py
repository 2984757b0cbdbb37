"""How `wsb serve` ends with clients, publishers and downloads under way."""

import os
import signal
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import Serve, over_both
from wire import DEADLINE


def get(port, path, tls=False):
    """The status of one request on a connection of its own, and its body."""
    with wire.Peer(wire.connect_tcp(port, tls=tls)) as peer:
        peer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        head = peer.read_head()
        return head.status, peer.take(int(head.get("content-length", 0)))


class Publisher(threading.Thread):
    """Sends numbered messages until it is closed. `accepted` counts those that the server had
    read when it answered the last ping."""

    def __init__(self, port, number, tls):
        super().__init__(daemon=True)
        self.peer = wire.open_client(port, tls=tls)
        self.number = number
        self.accepted = 0
        self.close_code = None
        self.start()

    def run(self):
        sent = 0
        while True:
            try:
                for _ in range(20):
                    self.peer.binary(b"%d %d" % (self.number, sent))
                    sent += 1
                self.peer.send(wire.PING, b"%d" % sent)
                while True:
                    frame = self.peer.read_frame()
                    if frame.opcode == wire.PONG:
                        self.accepted = int(frame.payload)
                        break
                    if frame.opcode == wire.CLOSE:
                        self.close_code = int.from_bytes(frame.payload[:2], "big")
                        self.peer.send(wire.CLOSE, frame.payload)
                        return
            except OSError:
                return


class Subscriber(threading.Thread):
    """Keeps what it gets until it is closed."""

    def __init__(self, port, tls):
        super().__init__(daemon=True)
        self.peer = wire.open_client(port, tls=tls)
        self.got = {}
        self.close_code = None
        self.start()

    def run(self):
        while True:
            frame = self.peer.read_frame()
            if frame.opcode == wire.CLOSE:
                self.close_code = int.from_bytes(frame.payload[:2], "big")
                self.peer.send(wire.CLOSE, frame.payload)
                return
            number, sequence = frame.payload.split()
            self.got.setdefault(int(number), []).append(int(sequence))


class UnderLoad(harness.TestCase):
    @over_both
    def test_what_was_accepted_before_sigterm_is_delivered_then_1001_and_exit_0(self, tls):
        with Serve("--threads", "2", "--raw", "-q", tls=tls) as server:
            subscribers = [Subscriber(server.port, tls) for _ in range(8)]
            publishers = [Publisher(server.port, number, tls) for number in range(3)]
            harness.wait_until(lambda: all(each.accepted > 500 for each in publishers))
            before = [each.accepted for each in publishers]
            begun = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            for each in subscribers + publishers:
                each.join(DEADLINE)
            self.assertEqual(server.wait(), 0)
            self.assertLess(time.monotonic() - begun, 10)
            for subscriber in subscribers:
                self.assertEqual(subscriber.close_code, 1001)
                for number, accepted in enumerate(before):
                    got = subscriber.got[number]
                    self.assertEqual(got, list(range(len(got))), "in order, none missing")
                    self.assertGreaterEqual(len(got), accepted)
            for each in subscribers + publishers:
                each.peer.end()

    def test_closes_are_spread_over_a_part_of_the_time(self):
        with Serve("--raw", "-q", "--threads", "1", "--drain-timeout", "4s") as server:
            peers = [wire.open_client(server.port) for _ in range(400)]
            server.process.send_signal(signal.SIGTERM)
            times = []
            for peer in peers:
                self.assertEqual(peer.read_close(), 1001)
                times.append(time.monotonic())
                peer.send(wire.CLOSE, wire.close_payload(1001))
            self.assertEqual(server.wait(), 0)
            self.assertGreater(times[-1] - times[0], 0.2)
            self.assertLess(times[-1] - times[0], 2.5)
            for peer in peers:
                peer.end()

    def test_a_client_that_does_not_answer_is_dropped_after_the_drain_timeout(self):
        with Serve("--raw", "--drain-timeout", "500ms") as server:
            with wire.open_client(server.port) as peer:
                begun = time.monotonic()
                server.process.send_signal(signal.SIGTERM)
                self.assertEqual(peer.read_close(), 1001)
                self.assertEqual(server.wait(), 0)
                self.assertLess(time.monotonic() - begun, 3)
        self.assertIn("wsb: warning: the drain timeout has passed: who was left is dropped",
                      server.err.lines)


class Announcement(harness.TestCase):
    def test_readyz_answers_503_while_clients_are_still_served(self):
        with Serve("--raw", "--drain-delay", "1h") as server:
            self.assertEqual(get(server.port, "/readyz"), (200, b"ok"))
            with wire.open_client(server.port) as first:
                server.process.send_signal(signal.SIGTERM)
                server.err.wait_for(lambda line: line == "wsb: shutting down")
                harness.wait_until(lambda: get(server.port, "/readyz")[0] == 503)
                self.assertEqual(get(server.port, "/readyz"), (503, b"shutting down"))
                with wire.open_client(server.port) as second:
                    second.text(b"as before")
                    self.assertEqual(first.read_message()[1], b"as before")
                server.process.send_signal(signal.SIGTERM)
                self.assertIn(server.process.wait(DEADLINE), (0, 143, -signal.SIGTERM))

    def test_the_delay_passes_and_then_the_end_comes(self):
        with Serve("--raw", "--drain-delay", "300ms") as server:
            with wire.open_client(server.port) as peer:
                begun = time.monotonic()
                server.process.send_signal(signal.SIGTERM)
                self.assertEqual(peer.read_close(), 1001)
                self.assertGreaterEqual(time.monotonic() - begun, 0.3)
                peer.send(wire.CLOSE, wire.close_payload(1001))
                self.assertEqual(server.wait(), 0)


class Downloads(harness.TestCase):
    @over_both
    def test_a_download_under_way_is_completed(self, tls):
        body = os.urandom(1 << 20) * 24
        self.write("site/large.bin", body)
        with Serve("--public", self.path("site"), "--threads", "1", tls=tls) as server:
            sock = wire.connect_tcp(server.port, tls=tls)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
            with wire.Peer(sock) as peer:
                peer.write(b"GET /large.bin HTTP/1.1\r\nHost: x\r\n\r\n")
                head = peer.read_head()
                self.assertEqual(head.status, 200)
                server.process.send_signal(signal.SIGTERM)
                server.err.wait_for(lambda line: line == "wsb: shutting down")
                self.assertIsNone(server.process.poll())
                self.assertEqual(peer.take(int(head.get("content-length"))), body)
                peer.read_end()
                self.assertEqual(server.wait(), 0)

    def test_a_download_that_nobody_reads_is_dropped_after_the_drain_timeout(self):
        self.write("site/large.bin", bytes(32 << 20))
        with Serve("--public", self.path("site"), "--drain-timeout", "300ms") as server:
            with wire.Peer(wire.connect_tcp(server.port)) as peer:
                peer.write(b"GET /large.bin HTTP/1.1\r\nHost: x\r\n\r\n")
                self.assertEqual(peer.read_head().status, 200)
                self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    harness.main()
