"""Hostile clients of `wsb serve`: random bytes, broken frames, slow heads, bombs. It serves on.

WSB_FUZZ_SECONDS sets how long the fuzzer runs, WSB_FUZZ_SEED what it does.
"""

import os
import random
import re
import select
import socket
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import Serve
from wire import BINARY, CLOSE, CONTINUATION, PING, PONG, RSV1, TEXT

KIB, MIB = 1 << 10, 1 << 20
SECONDS = float(os.environ.get("WSB_FUZZ_SECONDS", "8"))
SEED = int(os.environ.get("WSB_FUZZ_SEED", "1"))
DEFLATE = [("Sec-WebSocket-Extensions", "permessage-deflate")]

HEADS = [
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"HEAD /healthz HTTP/1.0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nRange: bytes=0-1,5-,-3\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n",
    wire.upgrade_request(1),
    wire.upgrade_request(1, extra=DEFLATE),
]


def is_sanitized():
    """Such a build keeps freed memory."""
    with open(harness.BINARY, "rb") as binary:
        return re.search(rb"__[at]san_init", binary.read()) is not None


def resident_bytes(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return int(re.search(r"VmRSS:\s+(\d+) kB", status.read())[1]) * KIB


def mutate(rng, data):
    """The same with a few octets changed, cut out, doubled or put in."""
    out = bytearray(data)
    for _ in range(rng.randrange(4)):
        at = rng.randrange(len(out) + 1)
        size = rng.choice((1, 1, 2, 8, 64))
        kind = rng.randrange(4)
        if kind == 0:
            out[at:at + size] = rng.randbytes(size)
        elif kind == 1:
            del out[at:at + size]
        elif kind == 2:
            out[at:at] = out[at:at + size] * rng.choice((1, 2, 100))
        else:
            out[at:at] = rng.choice((b"\r\n", b"\0", b"\xff" * 8, b": ", b"\r\n\r\n", b"\x81\xfe"))
    return bytes(out)


def random_frame(rng):
    opcode = rng.choice((TEXT, BINARY, CONTINUATION, PING, PONG, CLOSE, 3, 15))
    payload = rng.choice((b"", b"hi", "ünïcode".encode(), b"\xff\xfe", rng.randbytes(300),
                          wire.close_payload(rng.choice((1000, 1005, 999, 4000)), "bye"),
                          wire.deflate(b"d" * rng.choice((10, 100 * KIB)))))
    length = rng.choice((None, None, None, len(payload) + 5, 1 << 30, (1 << 63) + 1))
    mask = rng.choice((rng.randbytes(4), rng.randbytes(4), rng.randbytes(4), None))
    form = None if length is None else 64
    return wire.encode(opcode, payload, fin=rng.random() < 0.7, mask=mask, length=length,
                       rsv=rng.choice((0, 0, 0, RSV1, 0x20)), form=form)


def conversation(rng):
    """What one client says, in the pieces in which it says it."""
    data = b""
    kind = rng.randrange(4)
    if kind == 0:
        data = rng.randbytes(rng.randrange(1, 500))
    elif kind == 1:
        data = b"".join(mutate(rng, rng.choice(HEADS)) for _ in range(rng.randrange(1, 4)))
    else:
        data = HEADS[-1 - rng.randrange(2)]
        data += b"".join(random_frame(rng) for _ in range(rng.randrange(1, 12)))
        if kind == 3:
            data = mutate(rng, data)
    while data:
        size = rng.choice((1, 7, 100, len(data)))
        yield data[:size]
        data = data[size:]


def attack(rng, port, tls):
    """One hostile client. That the server hangs up on it is as good an answer as any."""
    try:
        sock = wire.connect_tcp(port, tls=tls)
        sock.settimeout(0.05)
        for piece in conversation(rng):
            sock.sendall(piece)
            if rng.random() < 0.3:
                if select.select([sock], [], [], 0)[0]:
                    sock.recv(65536)
        end = rng.randrange(3)
        if end == 0:
            sock.shutdown(socket.SHUT_WR)
        if end == 1:
            wire.Peer(sock).reset()
    except (OSError, EOFError):
        pass
    return sock


class Hostile(harness.TestCase):
    def assert_serves(self, server, tls=False):
        with wire.open_client(server.port, tls=tls) as peer, \
                wire.open_client(server.port, tls=tls) as other:
            peer.text("still there")
            self.assertEqual(other.read_message(), (TEXT, b"still there"))

    def fuzz(self, tls, seconds):
        rng = random.Random(SEED)
        with Serve("--raw", "--quiet", tls=tls) as server:
            self.assert_serves(server, tls)
            before = resident_bytes(server.process.pid)
            open_ones, clients, end = [], 0, time.monotonic() + seconds
            while time.monotonic() < end:
                open_ones.append(attack(rng, server.port, tls))
                clients += 1
                if len(open_ones) > 100:
                    open_ones.pop(rng.randrange(len(open_ones))).close()
                if clients % 500 == 0:
                    self.assert_serves(server, tls)
            for sock in open_ones:
                sock.close()
            self.assert_serves(server, tls)
            print(f"{clients} hostile clients, seed {SEED}", file=sys.stderr)
            self.assertGreater(clients, 20)
            if not is_sanitized():
                self.assertLess(resident_bytes(server.process.pid) - before, 64 * MIB)
            self.assertEqual(server.stop(), 0)

    def test_random_clients_leave_the_server_serving(self):
        self.fuzz(False, SECONDS)

    def test_random_clients_over_tls_leave_the_server_serving(self):
        self.fuzz(True, SECONDS / 2)

    def test_slow_heads_are_cut_with_408_while_others_are_served(self):
        with Serve("--raw") as server:
            started = time.monotonic()
            slow = [wire.Peer(wire.connect_tcp(server.port)) for _ in range(200)]
            for peer in slow:
                peer.write(b"GET / HTTP/1.1\r\nHost: x\r\n")
            waiting = {peer.sock: peer for peer in slow}
            while waiting:
                self.assertLess(time.monotonic() - started, 20)
                for sock in select.select(list(waiting), [], [], 0.5)[0]:
                    self.assertEqual(waiting.pop(sock).read_head().status, 408)
                for sock in waiting:  # a header now and then does not help
                    sock.sendall(b"X-A: b\r\n")
                self.assert_serves(server)
            self.assertGreater(time.monotonic() - started, 5)
            for peer in slow:
                peer.end()

    def test_the_header_of_a_gibibyte_costs_nothing(self):
        head = wire.encode(BINARY, b"12345678", mask=b"abcd", length=1 << 30, form=64)
        with Serve("--raw", "--max-message", "1GiB") as server:
            self.assert_serves(server)
            before = resident_bytes(server.process.pid)
            peers = [self.enterContext(wire.open_client(server.port)) for _ in range(50)]
            for peer in peers:
                peer.write(head)
                peer.send(PING, b"")  # masked, it is payload of that frame
            self.assert_serves(server)
            self.assertLess(resident_bytes(server.process.pid) - before, 16 * MIB)
        with Serve("--raw") as server, wire.open_client(server.port) as peer:
            peer.write(head)
            self.assertEqual(peer.read_close(), 1009)

    def test_a_compression_bomb_is_closed_with_1009(self):
        bomb = wire.deflate(b"\0" * (512 * MIB))  # half a megabyte
        with Serve("--raw") as server:
            self.assert_serves(server)
            before = resident_bytes(server.process.pid)
            for _ in range(5):
                with wire.open_client(server.port, extra=DEFLATE) as peer:
                    peer.send(BINARY, bomb, rsv=RSV1)
                    self.assertEqual(peer.read_close(), 1009)
            self.assert_serves(server)
            if not is_sanitized():
                self.assertLess(resident_bytes(server.process.pid) - before, 32 * MIB)


if __name__ == "__main__":
    harness.main()
