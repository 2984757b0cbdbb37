"""`wsb serve` on sockets that whoever starts it has made, as systemd does."""

import contextlib
import os
import signal
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import BINARY, Reader
from wire import TEXT

# Puts the descriptors of its first argument where LISTEN_FDS says, and becomes the second and on.
LAUNCHER = """
import os, sys
given = [int(word) for word in sys.argv[1].split(",") if word]
for i, fd in enumerate(given):
    os.dup2(fd, 100 + i)
for i in range(len(given)):
    os.dup2(100 + i, 3 + i)
os.environ["LISTEN_PID"] = str(os.getpid())
os.execv(sys.argv[2], sys.argv[2:])
"""


def launch(sockets, *arguments, **variables):
    numbers = [sock.fileno() for sock in sockets]
    command = [sys.executable, "-c", LAUNCHER, ",".join(map(str, numbers)), BINARY, "serve",
               *arguments]
    return harness.spawn(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        pass_fds=numbers,
        env=harness.environment(LISTEN_FDS=str(len(numbers)), **variables))


class Activated:
    def __init__(self, sockets, *arguments, **variables):
        self.process = launch(sockets, *arguments, **variables)
        self.out, self.err = Reader(self.process.stdout), Reader(self.process.stderr)
        self.out.wait_for(lambda line: line.startswith("listening "))

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.send_signal(signal.SIGTERM)
        self.code = self.process.wait(harness.DEADLINE)
        for thread in (self.out, self.err):
            thread.join(harness.DEADLINE)
        self.process.stdout.close()
        self.process.stderr.close()
        harness.check_sanitizers(self.err.text())


def open_unix(path):
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.connect(path)
    peer = wire.Peer(sock)
    peer.write(wire.upgrade_request(0))
    peer.head = peer.read_head()
    return peer


class Activation(harness.TestCase):
    def test_the_workers_share_tcp_and_unix_sockets_that_were_passed(self):
        path = self.path("s")
        with socket.create_server(("127.0.0.1", 0)) as tcp, \
                socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as unix:
            unix.bind(path)
            unix.listen()
            port = tcp.getsockname()[1]
            with Activated([tcp, unix], "--threads", "4") as server, \
                    contextlib.ExitStack() as stack:
                server.out.wait_for(lambda line: line == f"listening ws+unix:{path}:/")
                self.assertEqual(server.out.lines[0], f"listening ws://127.0.0.1:{port}")
                peers = [stack.enter_context(wire.open_client(port)) for _ in range(20)]
                peers += [stack.enter_context(open_unix(path)) for _ in range(20)]
                for peer in peers:
                    self.assertEqual(peer.read_message()[0], TEXT)
                peers[0].text("hello")
                for peer in peers[1:]:
                    self.assertIn(b"hello", peer.read_message()[1])
            self.assertEqual(server.code, 0)
            # They are not ours to take away, and who comes meanwhile waits.
            self.assertTrue(os.path.exists(path))
            waiting = socket.create_connection(("127.0.0.1", port), timeout=wire.DEADLINE)
            with wire.Peer(waiting) as peer:
                peer.write(wire.upgrade_request(port))
                with Activated([tcp, unix]):
                    self.assertEqual(peer.read_head().status, 101)

    def test_they_count_instead_of_an_address(self):
        with socket.create_server(("127.0.0.1", 0)) as tcp:
            port = tcp.getsockname()[1]
            with Activated([tcp], "--port", "0") as server:
                self.assertEqual(server.out.lines, [f"listening ws://127.0.0.1:{port}"])
            self.assertEqual(server.err.lines[0],
                             "wsb: warning: listening on the sockets that were passed "
                             "(LISTEN_FDS): --host, --port and --unix do not count")

    def test_one_that_is_open_to_other_machines_is_warned_of(self):
        with socket.create_server(("0.0.0.0", 0)) as tcp, Activated([tcp]) as server:
            server.err.wait_for(lambda line: line.startswith("wsb: warning: listening on 0.0.0.0"))

    def test_variables_for_another_process_mean_nothing(self):
        finished = harness.wsb("serve", "--host", "192.0.2.1", "--port", "1",
                               env=harness.environment(LISTEN_PID="1", LISTEN_FDS="1"))
        self.assertEqual(finished.code, 1)
        self.assertIn("cannot listen on 192.0.2.1:1", finished.err)

    def test_what_cannot_be_listened_on_is_an_error(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
            finished = harness.finish(launch([datagram], LISTEN_FDNAMES="web"))
        self.assert_run(finished, 1, out=b"",
                        err="wsb: serve: cannot listen on descriptor 3 'web' of LISTEN_FDS: it is "
                            "not a stream socket (use ListenStream=)\n")


if __name__ == "__main__":
    harness.main()
