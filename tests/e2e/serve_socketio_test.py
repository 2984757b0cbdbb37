"""What `wsb serve` does for Socket.IO clients, seen without any of their libraries."""

import json
import os
import signal
import sys
import time

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
                                    "No such file or directory\n")
        ended = wsb("serve", "--port", "0", "--socketio-client", self.write("empty.js", ""))
        self.assertEqual(ended.code, 1)
        self.assertIn("' is empty\n", ended.err)
        ended = wsb("serve", "--port", "0", "--raw", "--socketio-client", missing)
        self.assertEqual(ended.code, 2)
        self.assertIn("--raw serves no Socket.IO: --socketio-client needs", ended.err)


class Polling(harness.TestCase):
    """A session by hand."""

    def open(self, server):
        body = request(server.port, "/socket.io/?EIO=4&transport=polling")[1]
        self.sid = json.loads(body[1:])["sid"]
        self.at = f"/socket.io/?EIO=4&transport=polling&sid={self.sid}"

    def post(self, server, body, headers=""):
        return request(server.port, self.at, headers, "POST", body)

    def test_the_numbers_tell_of_sessions_whichever_worker_has_them(self):
        with Serve("-t", "4", "--namespace", "/chat") as server:
            self.open(server)
            self.assertEqual(self.post(server, b"40\x1e40/none,")[1], b"ok")
            self.assertIn(b"Invalid namespace", request(server.port, self.at)[1])
            self.assertEqual(request(server.port, self.at + "x")[0].status, 400)
            stats = json.loads(request(server.port, "/stats")[1])
            numbers = stats["socketio"]
            self.assertEqual(numbers["polling"], 1)
            self.assertEqual(numbers["sockets"], 1)
            self.assertEqual(numbers["polling_messages_in"], 2)
            self.assertEqual(numbers["polling_messages_out"], 3)
            self.assertEqual(numbers["refused_clients"]["invalid_namespace"], 1)
            self.assertEqual(numbers["refused_requests"]["unknown_session"], 1)
            self.assertGreaterEqual(stats["moved_connections"], 0)
            text = request(server.port, "/metrics")[1].decode()
            self.assertIn('\nwsb_engineio_sessions{transport="polling"} 1\n', text)
            self.assertEqual(self.post(server, b"1")[1], b"ok")
            harness.wait_until(lambda: json.loads(request(server.port, "/stats")[1])["socketio"]
                               ["closed"]["transport_close"] == 1)

    def test_a_session_that_polls_is_held_to_the_rate(self):
        with Serve("-t", "1", "--rate", "10/s,1") as server:
            self.open(server)
            began = time.monotonic()
            said = b"\x1e".join([b"40"] + [b'42["broadcast",1]'] * 5)
            self.assertEqual(self.post(server, said)[1], b"ok")
            self.assertGreater(time.monotonic() - began, 0.45)
            self.assertEqual(json.loads(request(server.port, "/stats")[1])["rate_pauses"], 1)

    def test_a_body_that_no_client_of_this_version_sends_ends_the_session(self):
        with Serve("-t", "2") as server:
            self.open(server)
            old = "Content-Type: application/octet-stream\r\n"
            self.assertEqual(self.post(server, b"4x", old)[0].status, 400)
            self.assertIn(b"Session ID unknown", request(server.port, self.at)[1])

    def test_a_poll_that_is_abandoned_is_noticed_and_its_session_gone(self):
        with Serve("-t", "2") as server:
            self.open(server)
            self.post(server, b"40")
            request(server.port, self.at)
            numbers = lambda: json.loads(request(server.port, "/stats")[1])["socketio"]
            with wire.Peer(wire.connect_tcp(server.port)) as peer:
                peer.write(f"GET {self.at} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                harness.wait_until(lambda: numbers()["polls_held"] == 1)
            harness.wait_until(lambda: numbers()["polling"] == 0)
            self.assertEqual((numbers()["polls_held"], numbers()["sockets"]), (0, 0))
            self.assertEqual(numbers()["closed"]["transport_error"], 1)

    def test_who_emits_join_without_rooms_is_told_of_in_the_log(self):
        with Serve("-t", "1") as server:
            self.open(server)
            self.post(server, b'40\x1e42["join","a"]\x1e42["join","b"]')
            harness.wait_until(lambda: "a client emits 'join', which does nothing here: rooms need "
                                       "--rooms" in server.err.text())
            self.assertEqual(server.err.text().count("emits 'join'"), 1)


if __name__ == "__main__":
    harness.main()
