"""Client certificates at `wsb serve --client-ca`: who has one gets in, and nobody else."""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import DEADLINE, Serve, make_certificate, wsb

harness.need_command("openssl")


def openssl(*arguments, **options):
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True,
                          timeout=DEADLINE, **options).stdout


class ClientCa(harness.TestCase):
    def setUp(self):
        super().setUp()
        self.server_cert, self.server_key = make_certificate(self.folder)
        self.ca = self.authority("ca")
        self.alice = self.client("alice", self.ca)
        self.stranger = self.client("stranger", self.authority("other"))

    def authority(self, name):
        cert, key = self.path(name + ".crt"), self.path(name + ".key")
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", key, "-out", cert, "-days", "2", "-subj", f"/CN={name}")
        return cert, key

    def client(self, name, authority):
        cert, key, request = (self.path(f"{name}.{end}") for end in ("crt", "key", "csr"))
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", key, "-out", request, "-subj", f"/O=Example/CN={name}")
        openssl("x509", "-req", "-in", request, "-CA", authority[0], "-CAkey", authority[1],
                "-CAcreateserial", "-days", "2", "-out", cert)
        return cert, key

    def serve(self, *arguments):
        return Serve("--cert", self.server_cert, "--key", self.server_key, "--client-ca",
                     self.ca[0], *arguments)

    def connect(self, server, identity=None, version=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if version:
            context.maximum_version = version
        if identity:
            context.load_cert_chain(*identity)
        return context.wrap_socket(socket.create_connection(("127.0.0.1", server.port), DEADLINE))

    def upgraded(self, server, identity=None, version=None):
        """A client of the server, or None for one that was refused."""
        try:
            peer = wire.Peer(self.connect(server, identity, version))
            peer.write(wire.upgrade_request(server.port))
            assert peer.read_head().status == 101
            return peer
        except (ssl.SSLError, ConnectionError, EOFError):
            return None

    def test_only_clients_with_a_certificate_of_the_authority_get_in(self):
        with self.serve("-v", "-t", "1", "--raw") as server:
            for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                with self.subTest(version=version), \
                        self.upgraded(server, self.alice, version) as a, \
                        self.upgraded(server, self.alice, version) as b:
                    a.text("hi")
                    self.assertEqual(b.read_message()[1], b"hi")
                    self.assertIsNone(self.upgraded(server, None, version))
                    self.assertIsNone(self.upgraded(server, self.stranger, version))
            with wire.Peer(self.connect(server, self.alice)) as peer:
                peer.write(b"GET /stats HTTP/1.1\r\nHost: x\r\n\r\n")
                body = peer.take(int(peer.read_head().get("content-length")))
            self.assertEqual(json.loads(body)["refusals"]["client_certificate"], 4)
            self.assertEqual(server.stop(), 0)
            log = server.err.text()
            self.assertIn(" connected with the certificate 'CN=alice,O=Example'", log)
            self.assertRegex(log, r"client 127\.0\.0\.1:\d+ has no certificate")
            self.assertRegex(log, r"the certificate of client 127\.0\.0\.1:\d+ is not trusted: "
                             r"issued by an unknown authority, 'CN=other'")
            self.assertIn("4 TLS clients without a good certificate refused", log)

    def test_curl_and_openssl_get_in_with_theirs(self):
        with self.serve() as server:
            url = f"https://127.0.0.1:{server.port}/healthz"
            shown = openssl("s_client", "-connect", f"127.0.0.1:{server.port}", "-cert",
                            self.alice[0], "-key", self.alice[1], input=b"")
            self.assertIn(b"CN = ca", shown)  # whose certificates it asks for
            self.assertNotIn(b"session ticket:", shown)
            curl = ["curl", "-sk", "--max-time", "30", "-o", os.devnull, "-w", "%{http_code}", url]
            done = subprocess.run([*curl, "--cert", self.alice[0], "--key", self.alice[1]],
                                  capture_output=True, timeout=2 * DEADLINE)
            self.assertEqual(done.stdout, b"200")
            done = subprocess.run(curl, capture_output=True, timeout=2 * DEADLINE)
            self.assertNotEqual(done.returncode, 0)

    def test_another_authority_holds_after_a_reload_and_who_is_in_stays(self):
        for arguments in (("--cert", self.server_cert, "--key", self.server_key),
                          ("--tls-self-signed",)):
            trusted = self.write("trusted.pem", b"")
            self.copy(self.ca[0], trusted)
            with Serve(*arguments, "--client-ca", trusted, "--raw", "-t", "1") as server, \
                    self.upgraded(server, self.alice) as alice:
                self.write("trusted.pem", "nobody")
                server.process.send_signal(signal.SIGHUP)
                line = server.err.wait_for(lambda text: "cannot reload" in text)
                self.assertIn(f"no certificate in PEM form in '{trusted}'", line)
                self.upgraded(server, self.alice).end()
                self.copy(self.path("other.crt"), trusted)
                server.process.send_signal(signal.SIGHUP)
                server.err.wait_for(lambda text: "reloaded: " in text and "CA of clients" in text)
                self.assertIsNone(self.upgraded(server, self.alice))
                with self.upgraded(server, self.stranger) as stranger:
                    stranger.text("hello")
                    self.assertEqual(alice.read_message()[1], b"hello")

    def copy(self, source, target):
        with open(source, "rb") as file:
            self.write(os.path.basename(target), file.read())

    def test_it_needs_tls_and_a_file_with_certificates(self):
        self.assert_run(wsb("serve", "--client-ca", self.ca[0]), 2,
                        err="wsb: serve: --client-ca needs TLS (--cert, or --tls-self-signed)\n")
        finished = wsb("serve", "--port", "0", "--tls-self-signed", "--client-ca", self.ca[1])
        self.assert_run(finished, 1,
                        err=f"wsb: serve: no certificate in PEM form in '{self.ca[1]}'\n")


if __name__ == "__main__":
    harness.main()
