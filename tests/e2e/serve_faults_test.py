"""`wsb serve --fault`: what goes wrong on purpose is what the server counted, and `wsb bench` finds
exactly that."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import Serve, over_both, wsb

CLIENTS = 20
PROBE = 5  # messages of a bench before it measures
BENCH = ("--clients", f"{CLIENTS}", "--canaries", "0", "--rate", "200", "--duration", "2s",
         "--warmup", "0s", "--drain", "3s", "--json")


def get(server, path):
    with wire.Peer(wire.connect_tcp(server.port, tls=server.tls)) as peer:
        peer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        head = peer.read_head()
        return peer.take(int(head.get("content-length"))).decode()


def stats(server):
    return json.loads(get(server, "/stats"))


class Known(harness.TestCase):
    def bench(self, server, *arguments):
        finished = wsb("bench", server.url, *BENCH, *arguments, *(["-k"] if server.tls else []),
                       timeout=60)
        self.assertIn(finished.code, (0, 4), str(finished))
        return json.loads(finished.out)

    @over_both
    def test_a_bench_finds_what_was_dropped_doubled_and_reordered_to_the_message(self, tls):
        plan = f"after={PROBE},drop=1/50,dup=1/40,reorder=1/30"
        for threads in ("1", "2"):
            with self.subTest(threads=threads), \
                    Serve("--raw", "--threads", threads, "--fault", plan, tls=tls) as server:
                counts = self.bench(server)["counts"]
                faults = stats(server)["faults"]
                self.assertEqual(counts["sent"], 400)
                self.assertEqual(faults["messages"], CLIENTS * (PROBE + counts["sent"]))
                self.assertEqual(counts["lost"], faults["dropped"])
                self.assertEqual(counts["dup"], faults["doubled"])
                self.assertEqual(counts["reordered"], faults["reordered"])
                self.assertEqual(counts["received"], CLIENTS * counts["sent"] - faults["dropped"])
                for kind in ("dropped", "doubled", "reordered"):
                    self.assertGreater(faults[kind], 50, kind)
                for kind in ("stalled", "closed", "overflowed"):
                    self.assertEqual(faults[kind], 0, kind)

    def test_a_delay_moves_every_percentile(self):
        with Serve("--raw", "--fault", "delay=5ms") as server:
            result = self.bench(server)
            self.assertEqual(result["counts"]["received"], CLIENTS * 400)
            delivery = result["latency"]["delivery"]
            self.assertGreaterEqual(delivery["min"], 4_995_000)
            self.assertGreaterEqual(delivery["p"]["50"], 4_995_000)

    def test_a_stall_is_seen_by_every_message_that_should_have_left_in_it(self):
        with Serve("--raw", "--fault", "stall=400ms@1s") as server:
            result = self.bench(server)
            self.assertEqual(result["counts"]["received"], CLIENTS * 400)
            delivery = result["latency"]["delivery"]
            # Two whole periods: four in ten messages waited, from 400 ms down to nothing.
            self.assertGreaterEqual(delivery["max"], 390_000_000)
            self.assertGreaterEqual(delivery["p"]["90"], 250_000_000)
            self.assertGreaterEqual(delivery["p"]["75"], 100_000_000)
            self.assertGreaterEqual(stats(server)["faults"]["stalled"], CLIENTS * 100)

    def test_connections_that_are_closed_are_dropped_ones_to_a_bench(self):
        with Serve("--raw", "--fault", f"after={PROBE},close=1/500") as server:
            result = self.bench(server)
            faults = stats(server)["faults"]
            self.assertGreater(faults["closed"], 0)
            self.assertEqual(sum(result["connect"]["dropped"].values()), faults["closed"])

    def test_the_log_and_the_metrics_say_so(self):
        with Serve("--raw", "--fault", "drop=1/1,delay=1ms", "--fault-seed", "7") as server, \
                wire.open_client(server.port) as a, wire.open_client(server.port):
            self.assertIn("ON PURPOSE: --fault drop=1/1,delay=1ms", server.err.lines[0])
            self.assertIn("--fault-seed 7", server.err.lines[0])
            for _ in range(3):
                a.text("lost")
            harness.wait_until(lambda: stats(server)["faults"]["dropped"] == 3)
            self.assertIn('wsb_faults_total{kind="dropped"} 3\n', get(server, "/metrics"))
            server.stop()
            self.assertIn("went wrong on purpose: 3 messages, 3 dropped", server.err.text())

    def test_without_faults_nothing_is_said_of_them(self):
        with Serve("--raw") as server:
            self.assertNotIn("faults", stats(server))
            self.assertNotIn("fault", get(server, "/metrics"))
            server.stop()
            self.assertNotIn("purpose", server.err.text())

    def test_a_seed_repeats_what_a_client_gets(self):
        def run(seed):
            got = []
            with Serve("--raw", "--threads", "1", "--fault", "drop=1/5,dup=1/5,reorder=1/5",
                       "--fault-seed", seed) as server, \
                    wire.open_client(server.port) as reader, \
                    wire.open_client(server.port) as writer:
                for i in range(500):
                    writer.text(f"{i}")
                harness.wait_until(lambda: stats(server)["messages"] == 500)
                server.process.terminate()
                while (frame := reader.read_frame()).opcode == wire.TEXT:
                    got.append(frame.payload)
            return got

        first = run("42")
        self.assertGreater(len(first), 300)
        self.assertEqual(run("42"), first)
        self.assertNotEqual(run("43"), first)

    def test_a_plan_that_is_none_is_wrong_usage(self):
        for arguments in (("--fault", "lose=1/2"), ("--fault-seed", "1")):
            finished = wsb("serve", "--port", "0", *arguments)
            self.assertEqual(finished.code, 2, str(finished))
            self.assertIn("--fault", finished.err)


if __name__ == "__main__":
    harness.main()
