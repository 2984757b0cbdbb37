"""What `wsb serve` answers to plain HTTP on its one port: page, health, files, refusals."""

import http.client
import os
import ssl
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import DEADLINE, Serve, over_both


def connection(server):
    if not server.tls:
        return http.client.HTTPConnection("127.0.0.1", server.port, timeout=DEADLINE)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection("127.0.0.1", server.port, timeout=DEADLINE, context=context)


def ask(server, path, method="GET", headers=None):
    """(status, headers by lower-case name, body); the path is sent as it is."""
    link = connection(server)
    try:
        link.request(method, path, headers=headers or {})
        answer = link.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    finally:
        link.close()


class BuiltIn(harness.TestCase):
    @over_both
    def test_healthz_is_ok(self, tls):
        with Serve(tls=tls) as server:
            status, headers, body = ask(server, "/healthz")
            self.assertEqual((status, body), (200, b"ok"))
            self.assertEqual(headers["cache-control"], "no-store")

    @over_both
    def test_the_page_is_html_under_a_strict_policy(self, tls):
        with Serve(tls=tls) as server:
            status, headers, body = ask(server, "/")
            self.assertEqual(status, 200)
            self.assertEqual(headers["content-type"], "text/html; charset=utf-8")
            self.assertEqual(headers["x-content-type-options"], "nosniff")
            policy = {part.split()[0]: part.split()[1:]
                      for part in headers["content-security-policy"].split(";") if part.strip()}
            self.assertEqual(policy["default-src"], ["'none'"])
            self.assertEqual(policy["frame-ancestors"], ["'none'"])
            self.assertEqual(policy["base-uri"], ["'none'"])
            for sources in policy.values():
                self.assertNotIn("'unsafe-inline'", sources)
                self.assertNotIn("'unsafe-eval'", sources)
                self.assertNotIn("*", sources)
            self.assertNotIn(b"http://", body.replace(b"http://www.w3.org/", b""))
            self.assertNotIn(b"https://", body)

    def test_what_the_page_loads_is_served(self):
        with Serve() as server:
            import re
            _, _, body = ask(server, "/")
            for name in re.findall(r'(?:src|href)="([^"#]+)"', body.decode()):
                if name.startswith("data:"):
                    continue
                with self.subTest(name=name):
                    status, headers, _ = ask(server, "/" + name.lstrip("/"))
                    self.assertEqual(status, 200)
                    self.assertEqual(headers["x-content-type-options"], "nosniff")

    def test_head_has_the_length_and_no_body(self):
        with Serve() as server:
            _, _, body = ask(server, "/")
            status, headers, nothing = ask(server, "/", method="HEAD")
            self.assertEqual((status, nothing), (200, b""))
            self.assertEqual(int(headers["content-length"]), len(body))

    def test_an_unknown_path_is_404_and_a_wrong_method_405(self):
        with Serve() as server:
            self.assertEqual(ask(server, "/no/such/thing")[0], 404)
            status, headers, _ = ask(server, "/healthz", method="POST")
            self.assertEqual(status, 405)
            self.assertEqual(headers["allow"], "GET, HEAD")

    def test_an_offer_of_http_2_is_ignored(self):
        with Serve() as server:
            status, _, body = ask(server, "/healthz", headers={
                "Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c",
                "HTTP2-Settings": "AAMAAABkAARAAAAAAAIAAAAA"})
            self.assertEqual((status, body), (200, b"ok"))

    def test_two_requests_go_over_one_connection(self):
        with Serve() as server:
            link = connection(server)
            for _ in range(2):
                link.request("GET", "/healthz")
                answer = link.getresponse()
                self.assertEqual((answer.status, answer.read()), (200, b"ok"))
            link.close()


class Files(harness.TestCase):
    def setUp(self):
        super().setUp()
        self.write("secret.txt", "secret")
        self.write("public/index.html", "<h1>mine</h1>")
        self.write("public/app.js", "1")
        self.write("public/style.css", "a{}")
        self.write("public/data.json", "{}")
        self.write("public/with space.txt", "space")
        self.write("public/pic.svg", "<svg/>")
        self.write("public/blob.bin", bytes(range(256)) * 1000)
        self.write("public/.hidden", "hidden")
        self.write("public/sub/index.html", "sub")
        os.symlink(self.path("secret.txt"), self.path("public", "link.txt"))
        self.public = self.path("public")

    def test_files_are_served_with_their_types(self):
        with Serve("--public", self.public) as server:
            for path, kind, body in (
                    ("/", "text/html; charset=utf-8", b"<h1>mine</h1>"),
                    ("/index.html", "text/html; charset=utf-8", b"<h1>mine</h1>"),
                    ("/app.js", "text/javascript; charset=utf-8", b"1"),
                    ("/style.css", "text/css; charset=utf-8", b"a{}"),
                    ("/data.json", "application/json", b"{}"),
                    ("/pic.svg", "image/svg+xml", b"<svg/>"),
                    ("/with%20space.txt", "text/plain; charset=utf-8", b"space"),
                    ("/app.js?v=1", "text/javascript; charset=utf-8", b"1"),
                    ("/sub/", "text/html; charset=utf-8", b"sub"),
                    ("/blob.bin", "application/octet-stream", bytes(range(256)) * 1000)):
                with self.subTest(path=path):
                    status, headers, got = ask(server, path)
                    self.assertEqual((status, got), (200, body))
                    self.assertEqual(headers["content-type"], kind)
                    self.assertEqual(headers["x-content-type-options"], "nosniff")

    def test_nothing_outside_the_folder_is_served(self):
        with Serve("--public", self.public) as server:
            for path in ("/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt",
                         "/sub/../../secret.txt", "/%2e%2e%2fsecret.txt", "//etc/passwd",
                         "/....//secret.txt", "/..\\secret.txt", "/link.txt", "/.hidden",
                         "/%2ehidden"):
                with self.subTest(path=path):
                    try:
                        status, _, body = ask(server, path)
                    except http.client.RemoteDisconnected:
                        continue  # also a refusal
                    self.assertIn(status, (400, 403, 404))
                    self.assertNotIn(b"secret", body.replace(b"secret.txt", b""))
                    self.assertNotIn(b"root:", body)

    def test_the_rest_of_the_server_goes_on(self):
        with Serve("--public", self.public) as server:
            self.assertEqual(ask(server, "/healthz")[2], b"ok")
            with wire.open_client(server.port, "/app.js") as peer:
                self.assertEqual(peer.read_message()[0], wire.TEXT)


if __name__ == "__main__":
    harness.main()
