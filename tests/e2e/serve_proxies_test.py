"""`wsb serve` behind proxies: PROXY headers, X-Forwarded-For, and real nginx and HAProxy."""

import os
import shutil
import socket
import struct
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import Serve, over_both
from wire import TEXT

TRUST = ("--trust-proxy", "127.0.0.1")
V1 = b"PROXY TCP4 203.0.113.9 192.0.2.2 4711 443\r\n"
V2 = (b"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c" + socket.inet_aton("203.0.113.9") +
      socket.inet_aton("192.0.2.2") + struct.pack("!HH", 4711, 443))


def remote_told(server):
    """Who the server says has connected."""
    line = server.err.wait_for(lambda text: text.endswith(" connected"))
    return line.split(" ")[2]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return sock.getsockname()[1]


class Headers(harness.TestCase):
    def open_behind(self, server, header, tls, extra=()):
        """A client whose connection begins with `header`."""
        sock = socket.create_connection(("127.0.0.1", server.port), timeout=wire.DEADLINE)
        sock.sendall(header)
        if tls:
            import ssl
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            sock = context.wrap_socket(sock)
        peer = wire.Peer(sock)
        self.addCleanup(peer.end)
        peer.write(wire.upgrade_request(server.port, extra=extra))
        self.assertEqual(peer.read_head().status, 101)
        return peer

    @over_both
    def test_a_header_before_tls_names_the_client(self, tls):
        for header in (V1, V2):
            with self.subTest(header=header), Serve(*TRUST, "--proxy-protocol", tls=tls) as server:
                peer = self.open_behind(server, header, tls)
                self.assertEqual(peer.read_message()[0], TEXT)
                self.assertEqual(remote_told(server), "203.0.113.9:4711")

    def test_a_trusted_connection_without_a_header_is_cut_off(self):
        with Serve(*TRUST, "--proxy-protocol") as server:
            with wire.Peer(wire.connect_tcp(server.port)) as peer:
                peer.write(wire.upgrade_request(server.port))
                self.assertEqual(peer.read_end(), b"")
            # The server goes on.
            self.open_behind(server, V1, False)

    def test_from_others_a_header_is_a_bad_request_and_no_header_is_right(self):
        with Serve("--trust-proxy", "192.0.2.0/24", "--proxy-protocol") as server:
            with wire.Peer(wire.connect_tcp(server.port)) as peer:
                peer.write(V1 + wire.upgrade_request(server.port))
                self.assertEqual(peer.read_head().status, 400)
            with wire.open_client(server.port):
                self.assertTrue(remote_told(server).startswith("127.0.0.1:"))

    def test_forwarded_for_counts_from_trusted_proxies_alone(self):
        extra = [("X-Forwarded-For", "198.51.100.1, 203.0.113.9")]
        for options, told in ((TRUST, "203.0.113.9"), ((), "127.0.0.1:"),
                              (("--trust-proxy", "192.0.2.1"), "127.0.0.1:")):
            with self.subTest(options=options), Serve(*options) as server:
                with wire.open_client(server.port, extra=extra):
                    self.assertTrue(remote_told(server).startswith(told))

    def test_options_that_make_no_sense(self):
        for arguments, named in ((("--proxy-protocol",), "--trust-proxy"),
                                 (("--trust-proxy", "nobody"), "--trust-proxy")):
            finished = harness.wsb("serve", *arguments)
            self.assert_run(finished, 2, out=b"")
            self.assertIn(named, finished.err)


class RealProxies(harness.TestCase):
    """One public message through a proxy, in both directions, and who the server says it was."""

    def start(self, command, port):
        process = harness.spawn(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

        def end():
            process.kill()
            process.communicate()
        self.addCleanup(end)

        def accepts():
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return True
            except OSError:
                if process.poll() is not None:
                    raise AssertionError(process.stdout.read())
                return False
        harness.wait_until(accepts)

    def talk_through(self, port, front_tls, server, told):
        with wire.open_client(port, tls=front_tls) as first, \
                wire.open_client(port, tls=front_tls) as second:
            for peer in (first, second):
                self.assertEqual(peer.read_message()[0], TEXT)
            first.text(b"through the proxy")
            self.assertIn(b"through the proxy", second.read_message()[1])
            first.send(wire.PING, b"still there")
            self.assertEqual(first.read_frame().payload, b"still there")
            self.assertTrue(remote_told(server).startswith(told))
            first.send(wire.CLOSE, wire.close_payload(1000))
            self.assertEqual(first.read_close(), 1000)

    def test_nginx_with_and_without_tls_on_either_side(self):
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        if not os.path.exists(nginx):
            self.skipTest("nginx is not installed")
        cert, key = harness.make_certificate(self.folder)
        for front_tls in (False, True):
            for back_tls in (False, True):
                with self.subTest(front=front_tls, back=back_tls), \
                        Serve(*TRUST, tls=back_tls) as server:
                    port = free_port()
                    ssl = f"ssl_certificate {cert}; ssl_certificate_key {key};"
                    config = self.write("nginx.conf", f"""
daemon off; master_process off; pid {self.path("nginx.pid")}; error_log stderr;
events {{}}
http {{
  access_log off;
  client_body_temp_path {self.path("b")}; proxy_temp_path {self.path("p")};
  fastcgi_temp_path {self.path("f")}; uwsgi_temp_path {self.path("u")};
  scgi_temp_path {self.path("s")};
  server {{
    listen 127.0.0.1:{port}{" ssl" if front_tls else ""};
    {ssl if front_tls else ""}
    location / {{
      proxy_pass {"https" if back_tls else "http"}://127.0.0.1:{server.port};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
      proxy_set_header X-Forwarded-For 203.0.113.9;
    }}
  }}
}}
""")
                    self.start([nginx, "-c", config, "-p", self.folder], port)
                    self.talk_through(port, front_tls, server, "203.0.113.9")

    def test_haproxy_with_and_without_tls_on_either_side(self):
        haproxy = shutil.which("haproxy") or "/usr/sbin/haproxy"
        if not os.path.exists(haproxy):
            self.skipTest("haproxy is not installed")
        cert, key = harness.make_certificate(self.folder)
        with open(cert, encoding="ascii") as one, open(key, encoding="ascii") as other:
            pem = self.write("both.pem", one.read() + other.read())
        for front_tls in (False, True):
            for back_tls in (False, True):
                with self.subTest(front=front_tls, back=back_tls), \
                        Serve(*TRUST, "--proxy-protocol", tls=back_tls) as server:
                    port = free_port()
                    config = self.write("haproxy.cfg", f"""
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
  timeout tunnel 1h
frontend front
  bind 127.0.0.1:{port}{" ssl crt " + pem if front_tls else ""}
  default_backend back
backend back
  server wsb 127.0.0.1:{server.port} send-proxy-v2{" ssl verify none" if back_tls else ""}
""")
                    self.start([haproxy, "-db", "-f", config], port)
                    self.talk_through(port, front_tls, server, "127.0.0.1:")


if __name__ == "__main__":
    harness.main()
