"""Basic authentication at `wsb serve`: users, pages, and checks that take long."""

import base64
import json
import os
import select
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import DEADLINE, Serve, wsb

harness.need_command("openssl")

BASIC = 'Basic realm="wsb", charset="UTF-8"'
BEARER = 'Bearer realm="wsb"'
# Some tenths of a second to check; not the hash of anything that is tried here.
SLOW = "$6$rounds=300000$saltsalt$" + "h" * 86


def hashed(password):
    return subprocess.run(["openssl", "passwd", "-6", "-stdin"], input=password, text=True,
                          check=True, capture_output=True, timeout=DEADLINE).stdout.strip()


def basic(user, password):
    text = base64.b64encode(f"{user}:{password}".encode()).decode()
    return [("Authorization", f"Basic {text}")]


def handshake(server, extra=()):
    """A peer that has asked for a WebSocket."""
    peer = wire.Peer(wire.connect_tcp(server.port))
    peer.write(wire.upgrade_request(server.port, extra=extra))
    return peer


def status(server, extra=()):
    with handshake(server, extra) as peer:
        return peer.read_head().status


def get(server, path="/", extra=(), method="GET"):
    fields = "".join(f"{name}: {value}\r\n" for name, value in extra)
    with wire.Peer(wire.connect_tcp(server.port)) as peer:
        peer.write(f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                   f"Content-Length: 0\r\n{fields}\r\n".encode())
        head = peer.read_head()
        return head, peer.take(int(head.get("content-length", "0")))


def challenges(head):
    lines = head.raw.decode().split("\r\n")
    return [line.split(": ", 1)[1] for line in lines
            if line.lower().startswith("www-authenticate: ")]


class Passwords(harness.TestCase):
    def users(self, **users):
        lines = [f"{user}:{hash_}\n" for user, hash_ in users.items()]
        return self.write("users", "# users\n" + "".join(lines))

    def test_users_get_in_with_their_password_and_their_name_is_logged(self):
        users = self.users(ada=hashed("pass:wörd"), bob=hashed("other"))
        with Serve("--basic-auth", users, "-v", "-t", "1") as server:
            for user, password, expected in (
                    ("ada", "pass:wörd", 101), ("ada", "pass:wörd", 101), ("bob", "other", 101),
                    ("ada", "other", 401), ("eve", "other", 401), ("ada", "", 401)):
                self.assertEqual(status(server, basic(user, password)), expected)
            with handshake(server) as peer:
                self.assertEqual(challenges(peer.read_head()), [BASIC])
            finished = wsb("send", "-c", "1", f"ws://bob:other@127.0.0.1:{server.port}", "hi")
            self.assertEqual(finished.code, 0, str(finished))
            server.stop()
            self.assertIn(" connected as 'ada'", server.err.text())
            for secret in ("wörd", "other@", "$6$", basic("bob", "other")[0][1].split()[1]):
                self.assertNotIn(secret, server.err.text())

    def test_a_page_asks_so_that_a_browser_does_and_health_never(self):
        with Serve("--basic-auth", self.users(ada=hashed("pw"))) as server:
            for path in ("/", "/app.js", "/metrics", "/stats"):
                head, _ = get(server, path)
                self.assertEqual((head.status, challenges(head)), (401, [BASIC]), path)
                head, _ = get(server, path, basic("ada", "wrong"))
                self.assertEqual((head.status, challenges(head)), (401, [BASIC]), path)
                self.assertIn(get(server, path, basic("ada", "pw"))[0].status, (200, 404))
            self.assertEqual(get(server, "/healthz")[0].status, 200)
            self.assertEqual(
                get(server, "/broadcast", basic("ada", "pw"), "POST")[0].status, 200)

    def test_passwords_and_tokens_are_both_asked_for_and_one_is_enough(self):
        tokens = self.write("tokens", "reader\n")
        writers = self.write("writers", "writer\n")
        with Serve("--basic-auth", self.users(ada=hashed("pw")), "--token-file", tokens,
                   "--publish-token-file", writers) as server:
            self.assertEqual(challenges(get(server)[0]), [BASIC, BEARER])
            for extra, publishes in ((basic("ada", "pw"), 403),
                                     ([("Authorization", "Bearer reader")], 403),
                                     ([("Authorization", "Bearer writer")], 200)):
                self.assertEqual(status(server, extra), 101)
                self.assertEqual(get(server, "/", extra)[0].status, 200)
                self.assertEqual(get(server, "/broadcast", extra, "POST")[0].status, publishes)

    def test_who_is_being_checked_does_not_keep_the_others_waiting(self):
        with Serve("--basic-auth", self.users(slow=SLOW), "--token", "t", "--raw",
                   "-t", "1") as server:
            token = [("Authorization", "Bearer t")]
            with wire.open_client(server.port, extra=token) as a, \
                    wire.open_client(server.port, extra=token) as b:
                waiting = [handshake(server, basic("slow", str(i))) for i in range(4)]
                for number in range(50):
                    a.text(str(number))
                    self.assertEqual(b.read_message()[1], str(number).encode())
                self.assertEqual(select.select([waiting[-1].sock], [], [], 0)[0], [])
                for peer in waiting:
                    self.assertEqual(peer.read_head().status, 401)
                    peer.end()

    def test_a_flood_of_guesses_is_answered_503_and_counted(self):
        with Serve("--basic-auth", self.users(slow=SLOW), "--token", "t", "-t", "2") as server:
            guesses = [handshake(server, basic("slow", str(i))) for i in range(80)]
            for peer in guesses:
                self.addCleanup(peer.end)
            # Which of them comes too late is up to two workers.
            heads = (peer.read_head() for peer in reversed(guesses))
            refused = next(head for head in heads if head.status == 503)
            self.assertEqual(refused.get("retry-after"), "1")
            _, body = get(server, "/stats", [("Authorization", "Bearer t")])
            self.assertGreater(json.loads(body)["refusals"]["access_check_busy"], 0)
            self.assertEqual(server.stop(), 0)
            self.assertIn("requests refused while too many passwords were being checked",
                          server.err.text())

    def test_a_removed_user_and_a_changed_password_count_from_the_reload_on(self):
        ada, users = hashed("pw"), self.path("users")
        self.users(ada=ada, bob=hashed("pw"))
        with Serve("--basic-auth", users) as server:
            for user in ("ada", "bob"):
                self.assertEqual(status(server, basic(user, "pw")), 101)
            self.users(ada="plain")
            server.process.send_signal(signal.SIGHUP)
            line = server.err.wait_for(lambda text: "cannot reload" in text)
            self.assertIn(f"the password file '{users}': line 2: the password of 'ada' is not "
                          "hashed", line)
            self.assertEqual(status(server, basic("bob", "pw")), 101)
            self.users(ada=hashed("new"))
            server.process.send_signal(signal.SIGHUP)
            server.err.wait_for(lambda text: "reloaded: 1 password" in text)
            for user, password, expected in (("bob", "pw", 401), ("ada", "pw", 401),
                                             ("ada", "new", 101)):
                self.assertEqual(status(server, basic(user, password)), expected)

    def test_other_hashes_than_strong_ones_stop_the_start(self):
        finished = wsb("serve", "--port", "0", "--basic-auth",
                       self.users(ada="$apr1$x$yyyyyyyyyyyyyyyyyyyyyy"))
        self.assertEqual(finished.code, 1)
        self.assertIn("MD5 or SHA-1, which is too weak: make the line with 'htpasswd -B'",
                      finished.err)
        self.assertNotIn("yyyy", finished.err)


if __name__ == "__main__":
    harness.main()
