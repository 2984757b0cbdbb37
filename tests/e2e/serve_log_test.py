"""What `wsb serve` says to whoever runs it: its log, and the service manager."""

import contextlib
import ctypes
import json
import os
import signal
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import Serve, start_wsb


class Log(harness.TestCase):
    def test_json_is_one_object_a_line(self):
        with Serve("--log", "json") as server:
            with wire.open_client(server.port):
                server.err.wait_for(lambda line: "connected" in line)
        lines = [json.loads(line) for line in server.err.lines]
        self.assertTrue(lines[0]["message"].startswith("client 127.0.0.1:"))
        for line in lines:
            self.assertEqual(list(line), ["time", "level", "message"])
            self.assertRegex(line["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertIn("shutting down", [line["message"] for line in lines])

    def test_an_unknown_format_is_a_usage_error(self):
        finished = harness.wsb("serve", "--log", "xml")
        self.assert_run(finished, 2, out=b"",
                        err="wsb: serve: --log: 'xml' is neither 'text' nor 'json'\n")

    def serve_with_stderr(self, stderr):
        process = start_wsb("serve", "--port", "0", stdin=-3, stderr=stderr)
        self.addCleanup(process.stdout.close)
        port = int(process.stdout.readline().decode().rsplit(":", 1)[1])
        return process, port

    def serves_to_the_end(self, process, port):
        for _ in range(50):
            with wire.open_client(port) as peer:
                self.assertEqual(peer.read_message()[0], wire.TEXT)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(harness.DEADLINE), 0)

    def test_a_full_disk_does_not_stop_the_server(self):
        with open("/dev/full", "wb") as full:
            self.serves_to_the_end(*self.serve_with_stderr(full))

    def test_a_closed_pipe_does_not_stop_the_server(self):
        process, port = self.serve_with_stderr(-1)
        process.stderr.close()
        self.serves_to_the_end(process, port)


class ServiceManager(harness.TestCase):
    def test_it_hears_when_the_server_is_ready_and_when_it_stops(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(self.path("notify"))
            manager.settimeout(wire.DEADLINE)
            with Serve(env={"NOTIFY_SOCKET": self.path("notify")}) as server:
                self.assertEqual(manager.recv(100), b"READY=1")
                server.process.send_signal(signal.SIGTERM)
                self.assertEqual(manager.recv(100), b"STOPPING=1")
                self.assertEqual(server.wait(), 0)

    def test_it_hears_that_all_loops_turn_and_only_then(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(self.path("notify"))
            manager.settimeout(wire.DEADLINE)
            environment = {"NOTIFY_SOCKET": self.path("notify"), "WATCHDOG_USEC": "100000"}
            with Serve("--threads", "2", env=environment) as server:
                self.assertEqual(manager.recv(100), b"READY=1")
                for _ in range(3):
                    self.assertEqual(manager.recv(100), b"WATCHDOG=1")
                with self.hung_thread(server.process.pid):
                    manager.setblocking(False)
                    with contextlib.suppress(BlockingIOError):
                        while True:
                            manager.recv(100)
                    manager.settimeout(0.5)  # ten times the interval
                    with self.assertRaises(TimeoutError):
                        manager.recv(100)
                manager.settimeout(wire.DEADLINE)
                for _ in range(3):
                    self.assertEqual(manager.recv(100), b"WATCHDOG=1")

    @contextlib.contextmanager
    def hung_thread(self, process):
        """The worker that was started last, held by a debugger."""
        libc = ctypes.CDLL(None, use_errno=True)
        libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
        thread = max(int(name) for name in os.listdir(f"/proc/{process}/task"))
        attach, detach, wait_all = 16, 17, 0x40000000
        if libc.ptrace(attach, thread, None, None) != 0:
            self.skipTest(f"no debugging here: {os.strerror(ctypes.get_errno())}")
        try:
            os.waitpid(thread, wait_all)
            yield
        finally:
            libc.ptrace(detach, thread, None, None)


if __name__ == "__main__":
    harness.main()
