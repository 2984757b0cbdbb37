"""The live numbers: GET /metrics for Prometheus, GET /stats as JSON."""

import json
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import Serve
from wire import DEADLINE


def get(port, path):
    with wire.Peer(wire.connect_tcp(port)) as peer:
        peer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        head = peer.read_head()
        return head, peer.take(int(head.get("content-length")))


def stats(server):
    return json.loads(get(server.port, "/stats")[1])


def metric(text, name):
    return float(re.search(rf"^{re.escape(name)} (.*)$", text, re.M).group(1))


class Numbers(harness.TestCase):
    def test_any_worker_answers_for_all(self):
        with Serve("--raw", "--threads", "3") as server:
            peers = [wire.open_client(server.port) for _ in range(30)]
            harness.wait_until(lambda: stats(server)["clients"] == 30)
            handshakes = stats(server)["bytes_out"]
            peers[0].text(b"hello")
            for peer in peers[1:]:
                self.assertEqual(peer.read_message()[1], b"hello")
            for _ in range(10):
                now = stats(server)
                self.assertEqual(now["workers"], 3)
                self.assertEqual(now["silent_workers"], 0)
                self.assertEqual(now["clients"], 30)
                self.assertEqual(now["messages"], 1)
                self.assertEqual(now["deliveries"], 29)
                self.assertEqual(now["bytes_in"], 2 + 4 + 5)
                self.assertEqual(now["bytes_out"] - handshakes, 29 * (2 + 5))
                self.assertEqual(now["fanout_seconds"]["batches"], 1)
            for peer in peers:
                peer.end()
            harness.wait_until(lambda: stats(server)["clients"] == 0)
            self.assertEqual(stats(server)["bytes_out"] - handshakes, 29 * (2 + 5))

    def test_the_metrics_say_the_same(self):
        with Serve("--raw", "--threads", "2") as server, wire.open_client(server.port) as sender, \
                wire.open_client(server.port) as reader:
            sender.binary(b"x" * 100)
            self.assertEqual(reader.read_message()[1], b"x" * 100)
            head, body = get(server.port, "/metrics")
            self.assertEqual(head.get("content-type"),
                             "text/plain; version=0.0.4; charset=utf-8")
            text = body.decode()
            self.assertEqual(metric(text, "wsb_clients"), 2)
            self.assertEqual(metric(text, "wsb_received_messages_total"), 1)
            self.assertEqual(metric(text, "wsb_deliveries_total"), 1)
            self.assertEqual(metric(text, 'wsb_fanout_seconds_bucket{le="+Inf"}'), 1)
            self.assertGreater(metric(text, "wsb_uptime_seconds"), 0)
            self.assertLess(metric(text, 'wsb_loop_lag_seconds{worker="1"}'), 5)

    def test_refusals_are_counted_by_cause(self):
        with Serve("--raw", "--max-message", "1KiB") as server:
            with wire.open_client(server.port) as peer:
                peer.binary(bytes(2000))
                self.assertEqual(peer.read_close(), 1009)
            with wire.open_client(server.port) as peer:
                peer.write(wire.encode(wire.TEXT, b"not masked"))
                self.assertEqual(peer.read_close(), 1002)
            refusals = stats(server)["refusals"]
            self.assertEqual(refusals["message_too_large"], 1)
            self.assertEqual(refusals["protocol_error"], 1)

    def test_a_slow_reader_shows_as_backlog(self):
        with Serve("--raw", "--max-backlog", "64MiB") as server:
            with wire.open_client(server.port), wire.open_client(server.port) as sender:
                for _ in range(40):
                    sender.binary(bytes(1 << 20))
                harness.wait_until(lambda: stats(server)["backlogged_clients"] == 1)
                self.assertGreater(stats(server)["backlog_bytes"], 1 << 20)

    def test_promtool_finds_no_fault(self):
        if shutil.which("promtool") is None:
            self.skipTest("promtool is not installed")
        with Serve("--threads", "2") as server, wire.open_client(server.port):
            checked = subprocess.run(["promtool", "check", "metrics"], capture_output=True,
                                     input=get(server.port, "/metrics")[1], timeout=DEADLINE)
            self.assertEqual((checked.returncode, checked.stdout, checked.stderr), (0, b"", b""))

    def test_a_post_is_refused(self):
        with Serve() as server, wire.Peer(wire.connect_tcp(server.port)) as peer:
            peer.write(b"POST /stats HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
            self.assertEqual(peer.read_head().status, 405)


if __name__ == "__main__":
    harness.main()
