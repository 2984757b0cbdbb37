"""JSON Web Tokens at `wsb serve`: who signs them, until when, for what rooms."""

import base64
import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import DEADLINE, Serve, wsb

harness.need_command("openssl")

SECRET = b"0123456789abcdef0123456789abcdef"


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*arguments, input=None):
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True, input=input,
                          timeout=DEADLINE).stdout


def der_numbers(der):
    """The two integers of an ECDSA signature, 32 bytes each."""
    numbers, at = b"", 2
    for _ in range(2):
        size = der[at + 1]
        numbers += der[at + 2:at + 2 + size].lstrip(b"\0").rjust(32, b"\0")
        at += 2 + size
    return numbers


def token(claims, algorithm="HS256", key=SECRET):
    """`key` is the secret, or the name of a file with a private key."""
    parts = [json.dumps(part).encode() for part in ({"alg": algorithm, "typ": "JWT"}, claims)]
    signed = ".".join(base64url(part) for part in parts)
    if algorithm == "HS256":
        signature = hmac.new(key, signed.encode(), hashlib.sha256).digest()
    elif algorithm == "none":
        signature = b""
    else:
        signature = openssl("dgst", "-sha256", "-sign", key, input=signed.encode())
        if algorithm == "ES256":
            signature = der_numbers(signature)
    return f"{signed}.{base64url(signature)}"


def bearer(text):
    return [("Authorization", f"Bearer {text}")]


def ask(server, text, path="/"):
    """The head that answers a handshake with this token."""
    with wire.Peer(wire.connect_tcp(server.port)) as peer:
        peer.write(wire.upgrade_request(server.port, path, extra=bearer(text)))
        return peer.read_head()


class Jwt(harness.TestCase):
    def key_pair(self, name, *kind):
        private, public = self.path(name + ".key"), self.path(name + ".pem")
        openssl("genpkey", *kind, "-out", private)
        openssl("pkey", "-in", private, "-pubout", "-out", public)
        return private, public

    def assert_refused(self, head, status, why=None):
        self.assertEqual(head.status, status, head.raw)
        if why:
            self.assertEqual(head.get("www-authenticate"), 'Bearer realm="wsb", '
                             f'error="invalid_token", error_description="{why}"')

    def test_each_algorithm_with_its_key_and_no_other(self):
        rsa, rsa_public = self.key_pair("rsa", "-algorithm", "RSA", "-pkeyopt",
                                        "rsa_keygen_bits:2048")
        curve, curve_public = self.key_pair("curve", "-algorithm", "EC", "-pkeyopt",
                                            "ec_paramgen_curve:P-256")
        secret = self.write("secret", SECRET + b"\n")
        with open(rsa_public, "rb") as file:
            public_as_secret = file.read()
        tokens = {"HS256": token({}), "RS256": token({}, "RS256", rsa),
                  "ES256": token({}, "ES256", curve), "none": token({}, "none"),
                  "confused": token({}, "HS256", public_as_secret)}
        for file, good in ((secret, "HS256"), (rsa_public, "RS256"), (curve_public, "ES256")):
            with Serve("--jwt-key", file) as server:
                for algorithm, text in tokens.items():
                    with self.subTest(key=file, algorithm=algorithm):
                        self.assertEqual(ask(server, text).status,
                                         101 if algorithm == good else 401)
        with Serve("--jwt-key", secret, "--jwt-key", rsa_public) as server:
            for algorithm, text in tokens.items():
                self.assertEqual(ask(server, text).status,
                                 101 if algorithm in ("HS256", "RS256") else 401)

    def test_times_audience_and_issuer_are_checked(self):
        now = int(time.time())
        with Serve("--jwt-key", self.write("secret", SECRET), "--jwt-audience", "chat",
                   "--jwt-issuer", "us") as server:
            good = {"aud": ["x", "chat"], "iss": "us", "exp": now + 60, "nbf": now - 60}
            self.assertEqual(ask(server, token(good)).status, 101)
            for change, why in (({"exp": now - 31}, "the token has expired"),
                                ({"nbf": now + 90}, "the token is not valid yet"),
                                ({"aud": "mail"}, "the token is for another audience"),
                                ({"iss": "them"}, "the token is from another issuer")):
                self.assert_refused(ask(server, token({**good, **change})), 401, why)
            self.assert_refused(ask(server, token(good, key=b"x" * 32)), 401,
                                "the token's signature is wrong")
            self.assertEqual(ask(server, "x" * 9000).status, 401)

    def test_rooms_and_rights_are_what_the_token_claims(self):
        claims = {"sub": "al\x1b[31mice", "rooms": ["news", "chat"], "publish": ["chat"]}
        with Serve("--jwt-key", self.write("secret", SECRET), "--rooms", "-t", "1") as server:
            text = token(claims)
            for path, status in (("/", 403), ("/?room=other", 403), ("/?room=news", 101),
                                 ("/?room=news&room=chat", 101)):
                self.assertEqual(ask(server, text, path).status, status)
            with wire.open_client(server.port, "/?room=news", extra=bearer(text)) as alice, \
                    wire.open_client(server.port, "/?room=news", extra=bearer(token({}))) as bob:
                alice.read_message(), bob.read_message()
                alice.text('{"type":"publish","room":"chat","payload":"x"}')
                bob.text("for all in news")
                self.assertIn(b"for all in news", alice.read_message()[1])
                alice.text("may I?")
                self.assertEqual(alice.read_close(), 1008)
            server.stop()
            self.assertIn(r" connected as 'al\x1b[31mice'", server.err.text())
            self.assertNotIn(text.split(".")[2], server.err.text())

    def test_the_query_carries_one_where_that_is_allowed_and_a_post_the_header(self):
        with Serve("--jwt-key", self.write("secret", SECRET), "--token-in-query") as server:
            with wire.open_client(server.port, f"/?token={token({})}"):
                pass
            for claims, status in (({}, 200), ({"publish": False}, 403)):
                with wire.Peer(wire.connect_tcp(server.port)) as peer:
                    peer.write(b"POST /broadcast HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n"
                               b"Authorization: Bearer " + token(claims).encode() + b"\r\n\r\n")
                    self.assertEqual(peer.read_head().status, status)

    def test_a_key_is_changed_while_the_server_runs(self):
        key = self.write("secret", SECRET)
        with Serve("--jwt-key", key) as server:
            self.write("secret", "too short")
            server.process.send_signal(signal.SIGHUP)
            line = server.err.wait_for(lambda text: "cannot reload" in text)
            self.assertIn(f"cannot use the JWT key '{key}': a secret for HS256 has at least 32 "
                          "bytes, not 9", line)
            self.assertEqual(ask(server, token({})).status, 101)
            self.write("secret", b"n" * 32)
            server.process.send_signal(signal.SIGHUP)
            server.err.wait_for(lambda text: "reloaded: 1 JWT key" in text)
            self.assertEqual(ask(server, token({})).status, 401)
            self.assertEqual(ask(server, token({}, key=b"n" * 32)).status, 101)

    def test_a_private_key_or_an_option_without_a_key_is_an_error(self):
        private, _ = self.key_pair("curve", "-algorithm", "EC", "-pkeyopt",
                                   "ec_paramgen_curve:P-256")
        finished = wsb("serve", "--port", "0", "--jwt-key", private)
        self.assert_run(finished, 1, err=f"wsb: serve: cannot use the JWT key '{private}': it "
                        "holds a private key, and the public one is enough\n")
        self.assert_run(wsb("serve", "--jwt-issuer", "x"), 2,
                        err="wsb: serve: --jwt-issuer needs --jwt-key\n")


if __name__ == "__main__":
    harness.main()
