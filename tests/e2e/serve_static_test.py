"""Files of --public: ranges, conditions, gzip."""

import gzip
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import Serve
from wire import DEADLINE


def ask(port, path, *headers, method="GET"):
    lines = [f"{method} {path} HTTP/1.1", "Host: x", "Connection: close", *headers]
    with wire.Peer(wire.connect_tcp(port)) as peer:
        peer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        head = peer.read_head()
        size = 0 if method == "HEAD" or head.status == 304 else int(head.get("content-length", 0))
        return head, peer.take(size)


class Static(harness.TestCase):
    def setUp(self):
        super().setUp()
        self.large = os.urandom(1 << 20)
        self.text = b"the same line again and again\n" * 500
        self.write("site/large.bin", self.large)
        self.write("site/notes.txt", self.text)

    def serve(self):
        return Serve("--public", self.path("site"), "--threads", "1")

    def test_parts_of_small_and_large_files(self):
        with self.serve() as server:
            for path, content in (("/large.bin", self.large), ("/notes.txt", self.text)):
                head, body = ask(server.port, path, "Range: bytes=1000-1999")
                self.assertEqual((head.status, body), (206, content[1000:2000]))
                self.assertEqual(head.get("content-range"), f"bytes 1000-1999/{len(content)}")
                head, body = ask(server.port, path, "Range: bytes=-10")
                self.assertEqual((head.status, body), (206, content[-10:]))
                head, _ = ask(server.port, path, f"Range: bytes={len(content)}-")
                self.assertEqual(head.status, 416)
                self.assertEqual(head.get("content-range"), f"bytes */{len(content)}")
                head, body = ask(server.port, path, "Range: bytes=0-1", 'If-Range: "other"')
                self.assertEqual((head.status, body), (200, content))

    def test_curl_goes_on_with_a_download(self):
        with self.serve() as server:
            half = self.write("half.bin", self.large[:500_000])
            subprocess.run(["curl", "-sS", "-f", "-C", "-", "-o", half,
                            f"http://127.0.0.1:{server.port}/large.bin"],
                           check=True, timeout=DEADLINE)
            with open(half, "rb") as file:
                self.assertEqual(file.read(), self.large)

    def test_a_date_and_a_tag_make_304(self):
        with self.serve() as server:
            head, _ = ask(server.port, "/notes.txt")
            for condition in (f"If-None-Match: {head.get('etag')}",
                              f"If-Modified-Since: {head.get('last-modified')}"):
                with self.subTest(condition=condition):
                    self.assertEqual(ask(server.port, "/notes.txt", condition)[0].status, 304)

    def test_text_comes_as_gzip_to_who_wants_it(self):
        with self.serve() as server:
            head, body = ask(server.port, "/notes.txt", "Accept-Encoding: br, gzip")
            self.assertEqual(head.get("content-encoding"), "gzip")
            self.assertEqual(head.get("vary"), "Accept-Encoding")
            self.assertEqual(gzip.decompress(body), self.text)
            self.assertLess(len(body), len(self.text) // 10)
            plain, content = ask(server.port, "/notes.txt", "Accept-Encoding: gzip;q=0")
            self.assertEqual((plain.get("content-encoding"), content), (None, self.text))
            self.assertNotEqual(plain.get("etag"), head.get("etag"))
            self.assertEqual(ask(server.port, "/notes.txt", "Accept-Encoding: gzip",
                                 f"If-None-Match: {head.get('etag')}")[0].status, 304)
            binary, _ = ask(server.port, "/large.bin", "Accept-Encoding: gzip")
            self.assertIsNone(binary.get("content-encoding"))

    def test_head_tells_the_size_alone(self):
        with self.serve() as server:
            head, _ = ask(server.port, "/large.bin", "Range: bytes=0-1", method="HEAD")
            self.assertEqual((head.status, head.get("content-length")), (200, str(1 << 20)))


if __name__ == "__main__":
    harness.main()
