"""What `wsb serve` does to clients that want too much of it: too many, too fast, too slow, idle."""

import json
import os
import re
import select
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import Serve, over_both, wsb
from wire import DEADLINE, TEXT


def get(server, path):
    with wire.Peer(wire.connect_tcp(server.port)) as peer:
        peer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        head = peer.read_head()
        return peer.take(int(head.get("content-length"))).decode()


def stats(server):
    return json.loads(get(server, "/stats"))


def refused(server, extra=()):
    with wire.Peer(wire.connect_tcp(server.port, tls=server.tls)) as peer:
        peer.write(wire.upgrade_request(server.port, "/", extra=extra))
        head = peer.read_head()
        return head, peer.take(int(head.get("content-length"))).decode()


class Places(harness.TestCase):
    @over_both
    def test_a_full_server_answers_503_until_somebody_has_left(self, tls):
        with Serve("--raw", "--threads", "3", "--max-clients", "3", tls=tls) as server:
            clients = [wire.open_client(server.port, tls=tls) for _ in range(3)]
            for _ in range(10):
                head, text = refused(server)
                self.assertEqual((head.status, head.get("retry-after")), (503, "5"))
                self.assertEqual(text, "the server has as many clients as it takes\n")
            clients[0].text("still served")
            self.assertEqual(clients[1].read_message(), (TEXT, b"still served"))
            clients.pop().end()
            again = []

            def let_in():
                peer = wire.Peer(wire.connect_tcp(server.port, tls=tls))
                peer.write(wire.upgrade_request(server.port, "/"))
                again.append(peer)
                return peer.read_head().status == 101

            harness.wait_until(let_in)
            for peer in clients + again:
                peer.end()
            self.assertEqual(server.stop(), 0)
            told = re.findall(r"([\d,]+) handshakes refused as the server was full",
                              server.err.text())
            self.assertGreaterEqual(sum(int(n.replace(",", "")) for n in told), 10)
            self.assertLess(len(told), 10)  # a line for many

    def test_an_address_has_its_share_and_proxies_name_addresses(self):
        with Serve("--raw", "--max-clients-per-ip", "2", "--trust-proxy", "127.0.0.1") as server:
            def via(address):
                return [("X-Forwarded-For", address)]

            held = [wire.open_client(server.port, extra=via("192.0.2.1")) for _ in range(2)]
            held += [wire.open_client(server.port, extra=via(f"2001:db8::{i}")) for i in (1, 2)]
            for address in ("192.0.2.1", "2001:db8:0:0:ffff::"):
                head, text = refused(server, via(address))
                self.assertEqual((head.status, head.get("retry-after")), (429, "5"))
                self.assertEqual(text, "too many clients from your address\n")
            for address in ("192.0.2.2", "2001:db8:0:1::1"):
                held.append(wire.open_client(server.port, extra=via(address)))
            held += [wire.open_client(server.port) for _ in range(2)]
            self.assertEqual(refused(server)[0].status, 429)
            refusals = stats(server)["refusals"]
            self.assertEqual((refusals["address_full"], refusals["server_full"]), (3, 0))
            self.assertIn('wsb_refusals_total{cause="address_full"} 3\n', get(server, "/metrics"))
            for peer in held:
                peer.end()


class Rate(harness.TestCase):
    def test_who_sends_too_fast_is_slowed_down_and_loses_nothing(self):
        with Serve("--raw", "--rate", "50/s,10") as server, \
                wire.open_client(server.port) as flood, wire.open_client(server.port) as other, \
                wire.open_client(server.port) as reader:
            began = time.monotonic()
            flood.write(b"".join(flood.frame(TEXT, f"{i}") for i in range(100)))
            other.text("other")
            got = [reader.read_message()[1] for _ in range(101)]
            self.assertGreaterEqual(time.monotonic() - began, (100 - 11) / 50)
            self.assertLess(got.index(b"other"), 50)
            got.remove(b"other")
            self.assertEqual(got, [str(i).encode() for i in range(100)])
            now = stats(server)
            self.assertGreaterEqual(now["rate_pauses"], 10)
            self.assertEqual(now["clients"], 3)
            self.assertRegex(get(server, "/metrics"), r"wsb_rate_pauses_total \d")
            server.stop()
            self.assertRegex(server.err.text(),
                             r"\d pauses in reading from clients that send too fast")

    def test_a_rate_and_an_echo_that_is_not_read_do_not_disturb_each_other(self):
        with Serve("--echo", "--rate", "200/s,1", "--max-backlog", "64KiB") as server, \
                wire.open_client(server.port) as client:
            payload = bytes(200_000)

            def write():
                for _ in range(80):
                    client.binary(payload)
                    client.binary(b"")

            writer = threading.Thread(target=write)
            writer.start()
            harness.wait_until(lambda: stats(server)["backlogged_clients"] == 1)
            for _ in range(80):
                self.assertEqual(client.read_message()[1], payload)
                self.assertEqual(client.read_message()[1], b"")
            writer.join()

    def test_a_rate_that_is_none_is_wrong_usage(self):
        finished = wsb("serve", "--port", "0", "--rate", "10/s,0")
        self.assertEqual(finished.code, 2)
        self.assertIn("--rate: ", finished.err)


class Times(harness.TestCase):
    def test_slow_heads_are_cut_off_while_others_are_served(self):
        with Serve("--raw", "--threads", "1", "--handshake-timeout", "1s") as server:
            slow = [wire.Peer(wire.connect_tcp(server.port)) for _ in range(200)]
            for peer in slow:
                peer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            began = time.monotonic()
            with wire.open_client(server.port) as a, wire.open_client(server.port) as b:
                waiting = {peer.sock: peer for peer in slow}
                rounds = 0
                while waiting and time.monotonic() < began + DEADLINE:
                    readable = select.select(list(waiting), [], [], 0.05)[0]
                    for sock in readable:
                        self.assertEqual(waiting.pop(sock).read_head().status, 408)
                    for sock in waiting:
                        sock.sendall(b"x")
                    a.text(f"{rounds}")
                    self.assertEqual(b.read_message()[1], str(rounds).encode())
                    rounds += 1
                self.assertEqual(waiting, {})
                self.assertGreaterEqual(time.monotonic() - began, 1)
                self.assertGreater(rounds, 5)
            for peer in slow:
                peer.end()
            self.assertEqual(stats(server)["refusals"]["handshake_failed"], 200)

    @over_both
    def test_who_connects_and_says_nothing_is_cut_off(self, tls):
        with Serve("--raw", "--handshake-timeout", "500ms", tls=tls) as server:
            silent = [wire.connect_tcp(server.port) for _ in range(50)]
            with wire.open_client(server.port, tls=tls) as peer:
                for sock in silent:
                    sock.settimeout(DEADLINE)
                    self.assertEqual(sock.recv(1), b"")
                    sock.close()
                peer.send(wire.PING, b"alive")
                self.assertEqual(peer.read_frame().payload, b"alive")

    def test_an_idle_client_is_closed_and_one_that_hears_or_speaks_is_not(self):
        with Serve("--raw", "--idle-timeout", "1s") as server, \
                wire.open_client(server.port) as speaker, \
                wire.open_client(server.port) as listener, \
                wire.open_client(server.port, "/?room=empty") as idle:
            began = time.monotonic()
            while not select.select([idle.sock], [], [], 0.1)[0]:
                speaker.text("hi")
                self.assertEqual(listener.read_message()[1], b"hi")
            self.assertGreaterEqual(time.monotonic() - began, 1)
            self.assertEqual(idle.read_frame().payload,
                             wire.close_payload(1001, "no message for 1s"))
            speaker.text("on")
            self.assertEqual(listener.read_message()[1], b"on")
            self.assertEqual(stats(server)["refusals"]["idle"], 1)

    def test_a_head_that_is_too_large_is_answered_431(self):
        with Serve() as server:
            for extra in (b"X: " + b"x" * 20000, b"\r\n".join([b"X: y"] * 300)):
                with wire.Peer(wire.connect_tcp(server.port)) as peer:
                    peer.write(b"GET / HTTP/1.1\r\nHost: x\r\n" + extra + b"\r\n\r\n")
                    self.assertEqual(peer.read_head().status, 431)


if __name__ == "__main__":
    harness.main()
