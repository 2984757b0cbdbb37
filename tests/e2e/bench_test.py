"""`wsb bench` against servers that relay: what it counts, what it prints, how it exits."""

import contextlib
import json
import os
import signal
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
from harness import Serve, finish, over_both, start_wsb, wsb
from node_peer import NodeServer
from scripted_server import ScriptedServer
from socketio_peer import SocketioServer
from wire import open_client

QUICK = ("--clients", "20", "--rate", "100", "--size", "128", "--duration", "1s",
         "--warmup", "200ms")

# The form of the result file: a type, a list of one element's form, or a dict of forms.
LATENCY = {"unit": str, "count": int, "min": int, "mean": int, "max": int,
           "p": {name: int for name in ("50", "75", "90", "95", "99", "99.9", "99.99")},
           "overflow": int, "basis_messages": int}
NUMBER = (int, float)
RESULT = {
    "schema": str, "wsb": str, "run_id": str, "started": str, "outcome": str, "partial": bool,
    "problem": str, "target": {"url": str, "relay": str},
    "config": {"proto": str, "clients": int, "canaries": int, "publishers": int, "threads": int,
               "rate": NUMBER, "size": int, "duration_ns": int, "warmup_ns": int, "drain_ns": int,
               "connect_rate": NUMBER, "deflate": bool},
    "host": {"kernel": str, "cores": int, "nofile": int},
    "steady_ns": int, "receivers": {"count": int},
    "validity": {"verdict": str, "flags": [{"code": str, "severity": str, "value": NUMBER,
                                            "limit": NUMBER, "message": str}]},
    "counts": {name: int for name in (
        "sent", "sent_in_window", "unsent", "unsent_disconnected", "expected", "received", "lost",
        "dup", "reordered", "too_old", "lag_unknown", "corrupt",
        "foreign", "not_connected", "overflow")},
    "canaries": {"expected": int, "received": int, "lost": int, "not_connected": int},
    "rates": {"target": NUMBER, "achieved": NUMBER, "deliveries_per_s": NUMBER},
    "generator": {"threads": [{"role": str, "cpu_pct": NUMBER, "wait_pct": NUMBER,
                                "conns": int}]},
    "notes": list,
}


def mismatch(value, form, path="result"):
    """Where `value` does not have `form`, or None. Keys beyond the form are allowed."""
    if isinstance(form, dict):
        if not isinstance(value, dict):
            return f"{path} is no object"
        for key, inner in form.items():
            if key not in value:
                return f"{path}.{key} is missing"
            if found := mismatch(value[key], inner, f"{path}.{key}"):
                return found
        return None
    if isinstance(form, list):
        if not isinstance(value, list):
            return f"{path} is no list"
        found = (mismatch(v, form[0], f"{path}[{i}]") for i, v in enumerate(value))
        return next((text for text in found if text), None)
    wrong = not isinstance(value, form) or (isinstance(value, bool) and form is not bool)
    return f"{path} is {value!r}" if wrong else None


class Bench(harness.TestCase):
    def bench(self, url, *arguments):
        """The result of a run that went well, as its JSON; that is all there is on stdout."""
        finished = wsb("bench", url, *arguments, "--json", timeout=60)
        self.assertIn(finished.code, (0, 4), str(finished))
        result = json.loads(finished.out)
        self.assertIsNone(mismatch(result, RESULT))
        invalid = result["validity"]["verdict"] == "invalid"
        self.assertEqual(finished.code, 4 if invalid else 0, str(finished))
        return result

    def assert_all_delivered(self, result, clients, factor=None):
        counts = result["counts"]
        self.assertGreater(counts["sent"], 50)
        self.assertEqual(counts["expected"], counts["sent"] * clients)
        self.assertEqual(counts["received"], counts["expected"])
        for name in ("lost", "dup", "reordered", "corrupt", "unsent", "not_connected"):
            self.assertEqual(counts[name], 0, name)
        for name in ("delivery", "service", "send_lag", "first", "completion"):
            self.assertIsNone(mismatch(result["latency"][name], LATENCY, name))
        self.assertEqual(result["latency"]["delivery"]["count"], counts["received"])
        order = [result["latency"]["delivery"]["p"][p] for p in ("50", "90", "99", "99.9")]
        self.assertEqual(order, sorted(order))
        self.assertLessEqual(order[-1], result["latency"]["delivery"]["max"])

    @over_both
    def test_every_message_reaches_every_client_of_wsb_serve(self, tls):
        for options in ((), ("--raw",), ("--threads", "2")):
            with self.subTest(options=options), Serve(*options, tls=tls) as server:
                more = ("-k",) if tls else ()
                result = self.bench(server.url, *QUICK, *more)
                self.assert_all_delivered(result, 20)
                self.assertEqual(result["outcome"], "completed")
                self.assertEqual(result["target"], {"url": server.url + "/", "relay": "others"})
                self.assertEqual(result["config"]["clients"], 20)
                self.assertEqual(result["config"]["size"], 128)

    def test_a_relay_of_another_make_works_the_same(self):
        with NodeServer("relay") as server:
            result = self.bench(server.url(), *QUICK)
            self.assert_all_delivered(result, 20)
            self.assertEqual(result["target"]["relay"], "others")

    def test_every_event_reaches_every_client_of_a_server_of_socketio(self):
        with Serve() as server:
            result = self.bench(server.url, *QUICK, "--socketio", "--publishers", "2")
            self.assert_all_delivered(result, 20)
            self.assertEqual(result["target"]["relay"], "others")
            self.assertEqual(result["target"]["url"],
                             server.url + "/socket.io/?EIO=4&transport=websocket")
            self.assertEqual(result["config"]["proto"], "socketio")
        with SocketioServer(quiet=True) as server:
            result = self.bench(server.url, *QUICK, "--socketio")
            self.assert_all_delivered(result, 20)
            result = self.bench(server.url, *QUICK, "--socketio", "--namespace", "/admin",
                                "--auth", '{"token":"secret"}')
            self.assert_all_delivered(result, 20)
            self.assertEqual(result["config"]["namespace"], "/admin")

    def test_what_goes_wrong_at_a_server_of_socketio_is_counted_exactly(self):
        with SocketioServer(quiet=True, drop=10, twice=25) as server:
            counts = self.bench(server.url, *QUICK, "--socketio")["counts"]
        # Behind five messages of the probe and twenty of the warm-up, numbers 26 to 125: of these
        # 30, 40, … 120 are lost, 75 and 125 come twice (50 and 100 are lost).
        self.assertEqual(counts["sent"], 100)
        self.assertEqual(counts["expected"], 2000)
        self.assertEqual(counts["lost"], 10 * 20)
        self.assertEqual(counts["received"], 90 * 20)
        self.assertEqual(counts["dup"], 2 * 20)
        self.assertEqual(counts["reordered"], 0)

    def test_a_namespace_that_lets_nobody_in_is_no_connection(self):
        with SocketioServer() as server:
            finished = wsb("bench", server.url, *QUICK, "--socketio", "--namespace", "/admin")
            self.assertEqual(finished.code, 3, str(finished))
            self.assertIn('the server refused namespace', finished.out.decode())

    def test_the_table_is_for_people(self):
        with Serve("--raw") as server:
            finished = wsb("bench", server.url, *QUICK, timeout=60)
            self.assertIn(finished.code, (0, 4), str(finished))
            text = finished.out.decode()
            self.assertRegex(text, r"(?m)^Result: (VALID|WARN|INVALID)")
            for part in ("100 messages × 20 clients", "2,000 of 2,000 received (100.000%)",
                         "lost 0, duplicate 0, reordered 0", server.url, "everyone but the sender"):
                self.assertIn(part, text)
            self.assertRegex(text, r"(?m)^latency in ms +p50 +p90 +p99 +p99.9 +p99.99 +max$")
            for row in ("delivery", "  from actual send", "first receiver", "last receiver",
                        "send lag"):
                self.assertRegex(text, rf"(?m)^{row} +\d")
            self.assertNotIn("\x1b", text)

    def test_the_result_goes_into_a_file_too(self):
        with Serve("--raw") as server:
            name = self.path("result.json")
            finished = wsb("bench", server.url, *QUICK, "-o", name, timeout=60)
            self.assertIn(b"2,000 of 2,000", finished.out)
            with open(name, encoding="utf-8") as file:
                self.assertIsNone(mismatch(json.load(file), RESULT))
            finished = wsb("bench", server.url, *QUICK, "-o", self.path("no", "such", "folder"))
            self.assert_run(finished, 1)
            self.assertIn("No such file or directory", finished.err)

    def test_a_file_that_cannot_be_written_is_refused_before_connecting(self):
        finished = wsb("bench", "ws://127.0.0.1:1/", "-o", self.path("no", "file"))
        self.assertEqual(finished.code, 1, str(finished))
        self.assertEqual(finished.out, b"")

    def test_compression_is_offered_only_when_asked_for(self):
        with Serve("--raw") as server:
            self.assertFalse(self.bench(server.url, *QUICK)["config"]["deflate"])
            self.assertTrue(self.bench(server.url, *QUICK, "--compress")["config"]["deflate"])

    def test_several_publishers_and_large_messages(self):
        with Serve("--raw") as server:
            result = self.bench(server.url, "--clients", "10", "--publishers", "3", "--rate",
                                   "90", "--size", "16KiB", "--duration", "1s",
         "--warmup", "200ms")
            self.assert_all_delivered(result, 10)
            self.assertEqual(result["config"]["publishers"], 3)


def full_pipe():
    """Both ends of a pipe that takes no further byte until it is read."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    for size in (65536, 1):
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(writer, b"#" * size)
    os.set_blocking(writer, True)
    return reader, writer


class Ends(harness.TestCase):
    """How a run ends that is disturbed from outside."""

    LONG = ("--clients", "10", "--canaries", "2", "--rate", "100", "--duration", "60s",
            "--warmup", "0s", "--json")

    def wait_for_steady(self, process):
        line = b""
        while b" steady " not in line:
            line = process.stderr.readline()
            self.assertNotEqual(line, b"")

    def test_a_display_that_blocks_does_not_hold_up_the_measurement(self):
        with Serve("--raw") as server, open_client(server.port) as watcher:
            reader, writer = full_pipe()
            process = start_wsb("bench", server.url, *QUICK, "--json", stderr=writer)
            os.close(writer)
            # Five of the probe, 20 of the warm-up, 100 that are measured.
            for _ in range(125):
                self.assertIn(b"wsb1.", watcher.read_message()[1])
            with os.fdopen(reader, "rb") as blocked:
                err = harness.Reader(blocked)
                out, _ = process.communicate(timeout=30)
                err.join(30)
            self.assertIn(process.returncode, (0, 4), err.text())
            counts = json.loads(out)["counts"]
            self.assertEqual((counts["sent"], counts["received"], counts["lost"]), (100, 2000, 0))

    def test_a_server_that_is_killed_ends_the_run_with_what_was_measured(self):
        with Serve("--raw") as server:
            process = start_wsb("bench", server.url, *self.LONG)
            self.wait_for_steady(process)
            with open_client(server.port) as watcher:
                for _ in range(20):
                    watcher.read_message()
            server.stop(signal.SIGKILL)
            finished = finish(process, timeout=30)
            self.assertEqual(finished.code, 3, str(finished))
            result = json.loads(finished.out)
            self.assertIsNone(mismatch(result, RESULT))
            self.assertEqual((result["outcome"], result["partial"]), ("disconnected", True))
            self.assertIn("the server ended the connections", result["problem"])
            counts = result["counts"]
            self.assertGreaterEqual(counts["sent"], 20)
            self.assertLess(counts["sent"], 6000)
            self.assertEqual(counts["sent"] + counts["unsent_disconnected"], 6000)
            self.assertEqual(counts["expected"], counts["received"] + counts["lost"])
            self.assertEqual(counts["expected"] + counts["not_connected"], counts["sent"] * 10)

    def test_a_server_that_stops_in_order_ends_the_run_alike(self):
        with Serve("--raw") as server:
            process = start_wsb("bench", server.url, *self.LONG)
            self.wait_for_steady(process)
            server.stop()
            finished = finish(process, timeout=30)
            self.assertEqual(finished.code, 3, str(finished))
            self.assertEqual(json.loads(finished.out)["outcome"], "disconnected")

    def test_a_reader_that_has_gone_is_the_end_of_a_pipe(self):
        for more in ((), ("--json",)):
            with self.subTest(more=more), Serve("--raw") as server:
                reader, writer = os.pipe()
                os.close(reader)
                finished = wsb("bench", server.url, *QUICK, "-q", *more, stdout=writer, timeout=60)
                os.close(writer)
                self.assert_run(finished, 141, err="")


class Refusals(harness.TestCase):
    def test_nothing_listens(self):
        with socket.create_server(("127.0.0.1", 0)) as unused:
            port = unused.getsockname()[1]
        finished = wsb("bench", f"ws://127.0.0.1:{port}/", *QUICK)
        self.assertEqual(finished.code, 3, str(finished))
        self.assertIn("refused", finished.out.decode() + finished.err)

    def test_a_server_that_relays_nothing(self):
        with ScriptedServer() as server:
            finished = wsb("bench", server.url("/sink"), *QUICK)
            self.assertEqual(finished.code, 3, str(finished))

    def test_usage(self):
        for arguments in ((), ("ws://127.0.0.1:1/", "--clients", "0"),
                          ("ws://127.0.0.1:1/", "--rate", "fast"),
                          ("ws://127.0.0.1:1/", "--duration", "-1s"),
                          ("ws://127.0.0.1:1/", "--nonsense")):
            with self.subTest(arguments=arguments):
                finished = wsb("bench", *arguments)
                self.assert_run(finished, 2, out=b"")

    def test_a_malformed_url(self):
        self.assertIn(wsb("bench", "ftp://x/", *QUICK).code, (2, 3))

    def test_interrupted_it_still_tells_what_it_measured(self):
        with Serve("--raw") as server:
            name = self.path("result.json")
            process = start_wsb("bench", server.url, "--clients", "5", "--rate", "100",
                                "--duration", "60s", "--warmup", "0s", "-o", name)
            line = b""
            while b" steady " not in line:
                line = process.stderr.readline()
                self.assertNotEqual(line, b"")
            process.send_signal(signal.SIGINT)
            finished = finish(process)
            self.assertEqual(finished.code, 130, str(finished))
            with open(name, encoding="utf-8") as file:
                result = json.load(file)
            self.assertIsNone(mismatch(result, RESULT))
            self.assertTrue(result["partial"])


if __name__ == "__main__":
    harness.main()
