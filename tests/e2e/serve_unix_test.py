"""`wsb serve --unix`: clients by a unix socket, its file, and proxies that come that way."""

import contextlib
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import BINARY, Reader, Serve
from wire import TEXT


class UnixServe:
    """`wsb serve` on a unix socket alone."""

    def __init__(self, path, *arguments):
        self.path = path
        self.process = harness.spawn([BINARY, "serve", "--unix", path, *arguments],
                                     stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                     stderr=subprocess.PIPE, env=harness.environment())
        self.out, self.err = Reader(self.process.stdout), Reader(self.process.stderr)
        try:
            self.url = self.out.wait_for(lambda line: line.startswith("listening "))[10:]
        except AssertionError:
            self.process.kill()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.stop()

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        code = self.process.wait(harness.DEADLINE)
        for thread in (self.out, self.err):
            thread.join(harness.DEADLINE)
        self.process.stdout.close()
        self.process.stderr.close()
        harness.check_sanitizers(self.err.text())
        return code


def open_client(path, bind=None, target="/", extra=()):
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    if bind:
        sock.bind(bind)
    sock.connect(path)
    peer = wire.Peer(sock)
    peer.write(wire.upgrade_request(0, target, extra=extra))
    peer.head = peer.read_head()
    return peer


class UnixSocket(harness.TestCase):
    def test_it_is_named_as_npm_ws_names_it_and_has_its_mode(self):
        path = self.path("s")
        with UnixServe(path) as server:
            self.assertEqual(server.url, f"ws+unix:{path}:/")
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o660)
        self.assertFalse(os.path.exists(path))
        with UnixServe(path, "--unix-mode", "600"):
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)

    def test_the_clients_of_several_workers_hear_each_other(self):
        path = self.path("s")
        with UnixServe(path, "--threads", "4") as server, contextlib.ExitStack() as stack:
            peers = [stack.enter_context(open_client(path)) for _ in range(40)]
            for peer in peers:
                self.assertEqual(peer.head.status, 101)
                self.assertEqual(peer.read_message()[0], TEXT)
            peers[0].text("hello")
            for peer in peers[1:]:
                self.assertIn(b"hello", peer.read_message()[1])
            self.assertIn("wsb: client unix connected", server.err.lines)
            server.process.send_signal(signal.SIGTERM)
            for peer in peers:
                self.assertEqual(peer.read_close(), 1001)
                peer.send(wire.CLOSE, wire.close_payload(1001))
            self.assertEqual(server.process.wait(harness.DEADLINE), 0)

    def test_an_address_that_is_asked_for_is_listened_on_as_well(self):
        path = self.path("s")
        with Serve("--unix", path) as server:
            server.out.wait_for(lambda line: line == f"listening ws+unix:{path}:/")
            with wire.open_client(server.port) as one, open_client(path) as other:
                for peer in (one, other):
                    self.assertEqual(peer.read_message()[0], TEXT)
                one.text("across")
                self.assertIn(b"across", other.read_message()[1])

    def test_curl_and_wsb_reach_it(self):
        path = self.path("s")
        with UnixServe(path) as server:
            ran = subprocess.run(["curl", "-s", "--unix-socket", path, "http://localhost/healthz"],
                                 capture_output=True, timeout=wire.DEADLINE)
            self.assertEqual(ran.stdout, b"ok")
            with open_client(path) as peer:
                peer.read_message()
                self.assert_run(harness.wsb("send", "-c", "0", server.url, "hi"), 0)
                self.assertIn(b"hi", peer.read_message()[1])

    def test_npm_ws_reaches_it(self):
        if not os.path.isdir(os.path.join(harness.NODE_MODULES, "ws")):
            self.skipTest("the package ws is not installed")
        script = ("const WebSocket = require(process.argv[1] + '/ws');"
                  "const socket = new WebSocket(process.argv[2]);"
                  "socket.on('message', (data) => { console.log(String(data)); socket.close(); });")
        with UnixServe(self.path("s")) as server:
            ran = subprocess.run(["node", "-e", script, harness.NODE_MODULES, server.url],
                                 capture_output=True, timeout=wire.DEADLINE)
        self.assertIn(b'"type":"welcome"', ran.stdout, ran.stderr)

    def test_what_a_server_that_crashed_left_is_replaced(self):
        path = self.path("s")
        server = UnixServe(path)
        self.assertEqual(server.stop(signal.SIGKILL), -9)
        self.assertTrue(os.path.exists(path))
        with UnixServe(path), open_client(path) as peer:
            self.assertEqual(peer.head.status, 101)

    def test_a_path_that_is_taken_is_an_error(self):
        path = self.path("s")
        with UnixServe(path):
            self.assert_run(
                harness.wsb("serve", "--unix", path), 1, out=b"",
                err=f"wsb: serve: --unix: cannot listen on '{path}': another program listens "
                    "there (stop it, or choose another --unix)\n")
            with open_client(path) as peer:
                self.assertEqual(peer.head.status, 101)
        file = self.write("file", "precious")
        self.assert_run(
            harness.wsb("serve", "--unix", file), 1, out=b"",
            err=f"wsb: serve: --unix: cannot listen on '{file}': this file is not a socket "
                "(remove it, or choose another --unix)\n")
        self.assert_run(harness.wsb("serve", "--unix", "s", "--unix-mode", "9"), 2, out=b"",
                        err="wsb: serve: --unix-mode: '9' is no mode of a file: octal digits from "
                            "0 to 0777, such as 0660\n")

    def test_clients_have_no_address_that_could_be_counted(self):
        path = self.path("s")
        forwarded = [("X-Forwarded-For", "192.0.2.9")]
        with UnixServe(path, "--max-clients-per-ip", "1"), contextlib.ExitStack() as stack:
            for _ in range(3):
                peer = stack.enter_context(open_client(path, extra=forwarded))
                self.assertEqual(peer.head.status, 101)
        with UnixServe(path, "--max-clients-per-ip", "1", "--trust-proxy", "unix") as server:
            with open_client(path, extra=forwarded) as one:
                self.assertEqual(one.head.status, 101)
                with open_client(path, extra=forwarded) as two:
                    self.assertEqual(two.head.status, 429)
            self.assertEqual(server.err.lines[0], "wsb: client 192.0.2.9 connected")

    def test_a_client_cannot_name_itself_an_address(self):
        path = self.path("s")
        os.chdir(self.folder)
        forwarded = [("X-Forwarded-For", "192.0.2.9")]
        with UnixServe(path, "--trust-proxy", "127.0.0.1") as server:
            with open_client(path, bind="127.0.0.1", extra=forwarded):
                server.err.wait_for(lambda line: line == "wsb: client unix connected")

    def test_a_proxy_header_by_a_trusted_unix_socket_names_the_client(self):
        path = self.path("s")
        with UnixServe(path, "--trust-proxy", "unix", "--proxy-protocol") as server:
            sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            sock.connect(path)
            with wire.Peer(sock) as peer:
                peer.write(b"PROXY TCP4 203.0.113.9 192.0.2.2 4711 443\r\n")
                peer.write(wire.upgrade_request(0))
                self.assertEqual(peer.read_head().status, 101)
                server.err.wait_for(lambda line: line == "wsb: client 203.0.113.9:4711 connected")

    def test_nginx_passes_clients_on_by_it(self):
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        if not os.path.exists(nginx):
            self.skipTest("nginx is not installed")
        with socket.create_server(("127.0.0.1", 0)) as sock:
            port = sock.getsockname()[1]
        path = self.path("s")
        config = self.write("nginx.conf", f"""
daemon off; master_process off; pid {self.path("nginx.pid")}; error_log stderr;
events {{}}
http {{
  access_log off;
  client_body_temp_path {self.path("b")}; proxy_temp_path {self.path("p")};
  fastcgi_temp_path {self.path("f")}; uwsgi_temp_path {self.path("u")};
  scgi_temp_path {self.path("t")};
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://unix:{path};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
      proxy_set_header X-Forwarded-For 203.0.113.9;
    }}
  }}
}}
""")
        with UnixServe(path, "--trust-proxy", "unix") as server:
            process = harness.spawn([nginx, "-c", config, "-p", self.folder],
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.addCleanup(process.wait)
            self.addCleanup(process.kill)

            def answers():
                try:
                    url = f"http://127.0.0.1:{port}/healthz"
                    with urllib.request.urlopen(url, timeout=1) as response:
                        return response.read() == b"ok"
                except OSError:
                    return False
            harness.wait_until(answers)
            with wire.open_client(port) as peer:
                self.assertEqual(peer.read_message()[0], TEXT)
                server.err.wait_for(lambda line: line == "wsb: client 203.0.113.9 connected")


if __name__ == "__main__":
    harness.need_command("curl")
    harness.main()
