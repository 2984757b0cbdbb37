"""GET /events and --history of `wsb serve`, with curl and plain sockets."""

import json
import os
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import Reader, Serve, spawn
from wire import BINARY, TEXT

harness.need_command("curl")


class Listener:
    """curl -N on /events; `take()` waits for the next event."""

    def __init__(self, server, target="/events", *arguments):
        self.process = spawn(
            ["curl", "-sSN", "-D", "/dev/stderr", *arguments,
             f"http://127.0.0.1:{server.port}{target}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.lines, self.head = Reader(self.process.stdout), Reader(self.process.stderr)
        self.taken = 0

    def __enter__(self):
        self.head.wait_for(lambda line: line.strip() == "")
        self.lines.wait_for(lambda line: line.startswith("retry: "))
        return self

    def __exit__(self, *unused):
        self.process.kill()
        self.process.wait()
        self.lines.join(wire.DEADLINE)
        self.head.join(wire.DEADLINE)
        self.process.stdout.close()
        self.process.stderr.close()

    def events(self):
        """All events that are whole: the fields of each by name."""
        blocks = "\n".join(self.lines.lines).split("\n\n")
        if self.lines.lines and self.lines.lines[-1] != "":
            blocks.pop()
        found = []
        for block in blocks:
            fields = {}
            for line in block.strip("\n").split("\n"):
                name, _, value = line.partition(": ")
                fields[name] = fields[name] + "\n" + value if name in fields else value
            if "data" in fields:
                found.append(fields)
        return found

    def take(self):
        self.lines.wait_for(lambda line: len(self.events()) > self.taken)
        self.taken += 1
        return self.events()[self.taken - 1]


def post(server, data, query="", content_type="text/plain"):
    done = subprocess.run(
        ["curl", "-sS", "-H", f"Content-Type: {content_type}", "--data-binary", data,
         f"http://127.0.0.1:{server.port}/broadcast{query}"],
        capture_output=True, timeout=30, check=True, env=harness.environment())
    return json.loads(done.stdout)["receivers"]


def status(server, *arguments):
    done = subprocess.run(
        ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "-m", "20", *arguments[:-1],
         f"http://127.0.0.1:{server.port}{arguments[-1]}"],
        capture_output=True, timeout=30, check=True, env=harness.environment())
    return int(done.stdout)


def numbers(server):
    done = subprocess.run(["curl", "-sS", f"http://127.0.0.1:{server.port}/stats"],
                          capture_output=True, timeout=30, check=True, env=harness.environment())
    return json.loads(done.stdout)


def opened(server, query=""):
    peer = wire.open_client(server.port, "/" + query)
    peer.read_message()
    return peer


def said(peer):
    kind, payload = peer.read_message()
    return json.loads(payload) if kind == TEXT else payload


class Events(harness.TestCase):
    def test_listeners_hear_what_clients_say_on_all_workers_and_are_counted(self):
        with Serve("--threads", "3") as server:
            with Listener(server) as a, Listener(server) as b, \
                    Listener(server, "/events?room=a") as c, opened(server) as peer:
                self.assertEqual(post(server, "one\ntwo"), 3)
                for listener in (a, b):
                    self.assertEqual(listener.take(),
                                     {"data": '{"type":"broadcast","payload":"one\\ntwo"}'})
                self.assertEqual(post(server, "bin", content_type="application/octet-stream"), 3)
                self.assertEqual(a.take(), {"event": "binary", "data": "Ymlu"})
                peer.text("from a client")
                self.assertIn("from a client", a.take()["data"])
                self.assertEqual(post(server, "x", "?room=a"), 1)
                self.assertIn("x", c.take()["data"])
                self.assertEqual(numbers(server)["event_streams"], 3)
                self.assertEqual(numbers(server)["clients"], 1)
                head = a.head.text().lower()
                self.assertIn("content-type: text/event-stream", head)
                self.assertIn("transfer-encoding: chunked", head)
            harness.wait_until(lambda: numbers(server)["event_streams"] == 0)

    def test_http_1_0_and_raw(self):
        with Serve("--raw") as server, Listener(server, "/events", "-0") as listener:
            self.assertEqual(post(server, "a\r\nb"), 1)
            self.assertEqual(listener.take(), {"data": "a\nb"})
            self.assertNotIn("chunked", listener.head.text())

    def test_what_is_no_stream(self):
        with Serve() as server:
            self.assertEqual(status(server, "-I", "/events"), 200)
            self.assertEqual(status(server, "-d", "x", "/events"), 405)
            self.assertEqual(status(server, "/events?room="), 400)
            self.assertEqual(status(server, "-H", "Origin: http://evil.test", "/events"), 403)
        with Serve("--echo") as server:
            self.assertEqual(status(server, "/events"), 404)
        with Serve("--token", "secret-token-of-somebody") as server:
            self.assertEqual(status(server, "/events"), 401)
            with Listener(server, "/events", "-H",
                          "Authorization: Bearer secret-token-of-somebody"):
                self.assertEqual(numbers_with(server, "secret-token-of-somebody"), 1)

    def test_pages_of_other_origins_with_cors(self):
        with Serve("--origin", "http://app.test", "--cors") as server:
            with Listener(server, "/events", "-H", "Origin: http://app.test") as listener:
                self.assertIn("access-control-allow-origin: http://app.test",
                              listener.head.text().lower())

    def test_the_server_ends_its_streams_in_order(self):
        with Serve() as server, Listener(server) as listener:
            post(server, "last words")
            self.assertEqual(server.stop(signal.SIGTERM), 0)
            self.assertIn("last words", listener.take()["data"])
            self.assertEqual(listener.process.wait(wire.DEADLINE), 0)

    def test_a_listener_that_does_not_read_is_cut_off(self):
        with Serve("--max-backlog", "64KiB") as server:
            slow = wire.connect_tcp(server.port)
            slow.sendall(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
            harness.wait_until(lambda: numbers(server)["event_streams"] == 1)
            for _ in range(200):
                post(server, "x" * 100_000)
                if numbers(server)["event_streams"] == 0:
                    break
            self.assertEqual(numbers(server)["refusals"]["slow_reader"], 1)
            slow.close()


def numbers_with(server, token):
    done = subprocess.run(
        ["curl", "-sS", "-H", f"Authorization: Bearer {token}",
         f"http://127.0.0.1:{server.port}/stats"],
        capture_output=True, timeout=30, check=True, env=harness.environment())
    return json.loads(done.stdout)["event_streams"]


class History(harness.TestCase):
    def test_who_joins_gets_the_last_messages_marked(self):
        with Serve("--history", "2", "--threads", "3") as server:
            for text in ("a", "b", "c"):
                post(server, text)
            for _ in range(4):
                with opened(server) as peer:
                    first, second = said(peer), said(peer)
                    self.assertEqual([first["payload"], second["payload"]], ["b", "c"])
                    self.assertTrue(first["history"] and second["history"])
                    self.assertLess(first["id"], second["id"])
                    post(server, "d", "?room=elsewhere")

    def test_who_comes_back_resumes_exactly(self):
        with Serve("--history", "100", "--threads", "3") as server:
            with opened(server) as peer:
                post(server, "a")
                seen = said(peer)
                self.assertNotIn("history", seen)
            post(server, "b")
            post(server, "bytes", content_type="application/octet-stream")
            for _ in range(4):
                with opened(server, f"?since={seen['id']}") as peer:
                    missed = said(peer)
                    self.assertEqual((missed["payload"], missed["history"]), ("b", True))
                    note = said(peer)
                    self.assertEqual((note["type"], note["history"]), ("binary", True))
                    self.assertEqual(peer.read_message(), (BINARY, b"bytes"))
                    self.assertEqual(post(server, "live", "?room=x"), 0)
            with opened(server, "?since=17") as peer:
                self.assertEqual(said(peer)["type"], "gap")
                self.assertEqual(said(peer)["payload"], "a")
            self.assertEqual(numbers(server)["replay_gaps"], 1)

    def test_listeners_resume_by_last_event_id(self):
        with Serve("--history", "100", "--threads", "2") as server:
            with Listener(server) as listener:
                post(server, "a")
                last = listener.take()
                self.assertEqual(int(last["id"]), json.loads(last["data"])["id"])
            post(server, "b")
            with Listener(server, "/events", "-H", f"Last-Event-ID: {last['id']}") as listener:
                self.assertEqual(json.loads(listener.take()["data"])["payload"], "b")
                post(server, "c")
                self.assertEqual(json.loads(listener.take()["data"])["payload"], "c")
                self.assertEqual(len(listener.events()), 2)

    def test_ids_of_another_run_are_known_as_such(self):
        with Serve("--history", "10") as server, opened(server) as peer:
            post(server, "old")
            old = said(peer)["id"]
        with Serve("--history", "10") as server:
            post(server, "new")
            with opened(server, f"?since={old}") as peer:
                self.assertEqual(said(peer)["type"], "gap")
                message = said(peer)
                self.assertEqual(message["payload"], "new")
                self.assertGreater(message["id"], old)

    def test_rooms_joined_by_command_bring_their_history(self):
        with Serve("--history", "10", "--rooms", "--threads", "2") as server:
            post(server, "a", "?room=r")
            post(server, "b", "?room=r")
            with opened(server) as peer:
                peer.text('{"type":"join","room":"r"}')
                self.assertEqual(said(peer), {"type": "joined", "room": "r"})
                first = said(peer)
                self.assertEqual((first["payload"], said(peer)["payload"]), ("a", "b"))
            with opened(server) as peer:
                peer.text(json.dumps({"type": "join", "room": "r", "since": first["id"]}))
                said(peer)
                self.assertEqual(said(peer)["payload"], "b")

    def test_everything_said_before_the_end_is_delivered(self):
        with Serve("--history", "1000", "--threads", "3") as server:
            peers = [opened(server) for _ in range(6)]
            for n in range(50):
                peers[n % 2].text(str(n))
            for _ in range(25):
                said(peers[0])
            self.assertEqual(server.stop(signal.SIGTERM), 0)
            got = [said(peers[5])["payload"] for _ in range(50)]
            for peer in peers:
                peer.end()
            self.assertEqual(sorted(got, key=int), [str(n) for n in range(50)])

    def test_refusals(self):
        with Serve("--history", "1") as server:
            self.assertEqual(status(server, "/events?since=x"), 400)
        for arguments, word in ((["--raw"], "--raw"), (["--echo"], "--echo")):
            finished = harness.wsb("serve", "--port", "0", "--history", "5", *arguments)
            self.assertEqual(finished.code, 2)
            self.assertIn(f"--history and {word} exclude each other", finished.err)
        self.assertEqual(harness.wsb("serve", "--history", "0").code, 2)


if __name__ == "__main__":
    harness.main()
