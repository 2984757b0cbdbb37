"""What `wsb serve` does for Socket.IO clients, seen without any of their libraries."""

import os
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import Serve, wsb


def request(port, path, headers="", method="GET", body=b""):
    """The answer to one request: its head and its body."""
    with wire.Peer(wire.connect_tcp(port)) as peer:
        length = f"Content-Length: {len(body)}\r\n" if method == "POST" else ""
        peer.write(f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{headers}{length}"
                   "Connection: close\r\n\r\n".encode() + body)
        head = peer.read_head()
        return head, peer.take(int(head.get("content-length") or 0))


class Client(harness.TestCase):
    def test_the_script_of_a_file_is_what_pages_get_and_reloading_changes_it(self):
        script = self.write("io.js", "var io = 1;")
        with Serve("--socketio-client", script, "-t", "2") as server:
            for path in ("/socket.io/socket.io.js", "/socket.io/socket.io.min.js"):
                head, body = request(server.port, path)
                self.assertEqual((head.status, body), (200, b"var io = 1;"))
                self.assertEqual(head.get("content-type"), "text/javascript; charset=utf-8")
                seen = f"If-None-Match: {head.get('etag')}\r\n"
                self.assertEqual(request(server.port, path, seen)[0].status, 304)
            self.write("io.js", "var io = 2;")
            server.process.send_signal(signal.SIGHUP)
            harness.wait_until(lambda: "reloaded: Socket.IO client" in server.err.text())
            for _ in range(4):  # whichever worker it comes to
                head, body = request(server.port, "/socket.io/socket.io.js", seen)
                self.assertEqual((head.status, body), (200, b"var io = 2;"))
            os.remove(script)
            server.process.send_signal(signal.SIGHUP)
            harness.wait_until(lambda: "what was in force stays so: cannot read the Socket.IO "
                                       f"client '{script}'" in server.err.text())
            self.assertEqual(request(server.port, "/socket.io/socket.io.js")[1], b"var io = 2;")

    def test_without_one_it_is_ours(self):
        with Serve() as server:
            self.assertIn(b"class Manager", request(server.port, "/socket.io/socket.io.js")[1])

    def test_a_file_that_cannot_be_read_is_an_error_at_start(self):
        missing = self.path("missing.js")
        ended = wsb("serve", "--port", "0", "--socketio-client", missing)
        self.assertEqual((ended.code, ended.out), (1, b""))
        self.assertEqual(ended.err, f"wsb: serve: cannot read the Socket.IO client '{missing}': "
                                    "no such file or directory\n")
        ended = wsb("serve", "--port", "0", "--socketio-client", self.write("empty.js", ""))
        self.assertEqual(ended.code, 1)
        self.assertIn("' is empty\n", ended.err)
        ended = wsb("serve", "--port", "0", "--raw", "--socketio-client", missing)
        self.assertEqual(ended.code, 2)
        self.assertIn("--raw serves no Socket.IO: --socketio-client needs", ended.err)


if __name__ == "__main__":
    harness.main()
