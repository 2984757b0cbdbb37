"""The exit status of `wsb connect` and `wsb send`, and the line that explains it.

A failure says `wsb: (CODE) stage: text` on stderr and nothing on stdout.
"""

import os
import signal
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
from harness import DEADLINE, Held, make_certificate, wsb
from scripted_server import ScriptedServer


class Failures(harness.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = ScriptedServer()
        cls.enterClassContext(cls.server)

    def both(self, url, code, *options, out=b"", contains=""):
        """connect (with nothing on stdin) and send end with `code` and one line that says why."""
        for command in (("connect", *options, url), ("send", *options, url, "x")):
            with self.subTest(command=command):
                finished = wsb(*command)
                self.assert_run(finished, code, out=out)
                first = finished.err.splitlines()[0]
                self.assertRegex(first, rf"^wsb: \({code}\) [a-z ]+: .+")
                self.assertIn(contains, finished.err)

    def test_2_usage(self):
        for arguments in ((), ("connect",), ("send",), ("connect", "--nonsense", "ws://x"),
                          ("connect", "ws://x", "extra"), ("send", "--count", "x", "ws://x", "m"),
                          ("nonsense",), ("send", "--max-time", "soon", "ws://x", "m"),
                          ("connect", "-H", "no colon or semicolon", "ws://127.0.0.1:1")):
            with self.subTest(arguments=arguments):
                finished = wsb(*arguments)
                self.assert_run(finished, 2, out=b"")
                self.assertNotEqual(finished.err, "")

    def test_3_malformed_url(self):
        for url in ("ws://", "ftp://127.0.0.1/", "ws://127.0.0.1:99999/", "ws://[::1/",
                    "ws://127.0.0.1:1/a b"):
            self.both(url, 3)

    def test_6_host_not_resolved(self):
        self.both("ws://no-such-host.invalid/", 6, contains="no-such-host.invalid")

    def test_7_refused(self):
        with socket.create_server(("127.0.0.1", 0)) as unused:
            port = unused.getsockname()[1]
        self.both(f"ws://127.0.0.1:{port}/x", 7, contains=f"127.0.0.1:{port}")

    def test_8_invalid_answer_to_the_upgrade(self):
        for path in ("wrong-accept", "no-accept", "wrong-upgrade", "unoffered-subprotocol",
                     "unoffered-extension", "not-http", "huge-head"):
            self.both(self.server.url(f"/{path}"), 8)

    def test_8_a_server_that_speaks_something_else_is_told_at_once(self):
        self.both(self.server.url("/not-http"), 8, contains="begins with '220 mail.example ESMTP'")
        self.both(self.server.url("/tls-alert"), 8, contains="server speaks TLS: use wss://")

    def test_8_a_subprotocol_that_was_not_offered(self):
        self.both(self.server.url("/choose/other"), 8, "--subprotocol", "chat", contains="other")

    def test_22_refused_upgrade_shows_status_and_body(self):
        self.both(self.server.url("/401"), 22, contains="401")
        self.both(self.server.url("/401"), 22, contains='{"error":"token expired"}')
        self.both(self.server.url("/302"), 22, contains="/echo")
        self.both(self.server.url("/200"), 22, contains="200")

    def test_a_refusal_cannot_write_control_characters_to_stderr(self):
        finished = wsb("connect", self.server.url("/503"))
        self.assertEqual(finished.code, 22)
        self.assertNotIn("\x1b", finished.err)
        self.assertNotIn("\x07", finished.err)
        self.assertIn("down", finished.err)

    def test_23_stdout_that_cannot_be_written(self):
        with open("/dev/full", "wb") as full:
            for command in (("connect", self.server.url("/echo")),
                            ("send", self.server.url("/echo"), "x")):
                with self.subTest(command=command):
                    finished = wsb(*command, input=b"x\n", stdout=full)
                    self.assertEqual(finished.code, 23, str(finished))
                    self.assertRegex(finished.err, r"^wsb: \(23\) ")

    def test_23_help_that_cannot_be_written(self):
        with open("/dev/full", "wb") as full:
            for words in (("--help",), ("connect", "--help"), ("--version",), ("generate", "man")):
                with self.subTest(words=words):
                    self.assert_run(wsb(*words, stdout=full), 23, err="wsb: (23) output: cannot "
                                    "write standard output: No space left on device\n")

    def test_26_input_that_cannot_be_read(self):
        url = self.server.url("/echo")
        finished = wsb("connect", url, input=b"good\ncaf\xe9\n")
        self.assertEqual(finished.code, 26, str(finished))
        self.assertIn("UTF-8", finished.err)
        finished = wsb("send", url, "@" + self.path("missing"))
        self.assertEqual(finished.code, 26, str(finished))
        self.assertIn("missing", finished.err)

    def test_28_deadlines(self):
        finished = wsb("send", "--max-time", "300ms", self.server.url("/sink"), "x")
        self.assertEqual(finished.code, 28, str(finished))
        self.assertRegex(finished.err, r"^wsb: \(28\) .*300 ?ms")
        finished = wsb("send", "--max-time", "300ms", self.server.url("/hang"), "x")
        self.assertEqual(finished.code, 28, str(finished))

    def test_35_tls_handshake_failed(self):
        self.both(self.server.url("/echo").replace("ws://", "wss://"), 35)

    def test_52_tcp_ended_after_the_request(self):
        self.both(self.server.url("/drop"), 52)
        self.both(self.server.url("/eof-at-once"), 52)

    def test_56_lost_without_a_close_after_messages(self):
        for path in ("/eof", "/reset"):
            finished = wsb("connect", self.server.url(path), input=b"x\n")
            self.assert_run(finished, 56, out=b"last words\n")
            self.assertRegex(finished.err, r"^wsb: \(56\) ")

    def test_63_a_message_larger_than_the_limit(self):
        self.both(self.server.url("/too-large"), 63, contains="larger than 64MiB, which is the "
                  "limit of --max-message")
        self.both(self.server.url("/too-large"), 63, "--max-message", "1.5KiB",
                  contains="larger than 1.5KiB,")

    def test_110_closed_with_a_code_that_is_not_normal(self):
        self.both(self.server.url("/close/1008/policy"), 110, contains="1008")
        self.both(self.server.url("/close/1008/policy"), 110, contains="policy")
        self.both(self.server.url("/close/4000"), 110, contains="4000")
        self.both(self.server.url("/close/1011"), 110, contains="1011")

    def test_0_closed_normally(self):
        for path in ("/close/1000", "/close/1001", "/close-empty"):
            with self.subTest(path=path), Held("connect", self.server.url(path)) as held:
                self.assert_run(held.finish(), 0, out=b"", err="")

    def test_111_the_peer_broke_the_protocol(self):
        for path, sent in (("bad-rsv", 1002), ("bad-opcode", 1002), ("bad-mask", 1002),
                           ("bad-utf8", 1007), ("bad-ping", 1002), ("bad-close-code", 1002),
                           ("bad-close-length", 1002), ("bad-length", 1002),
                           ("bad-continuation", 1002)):
            with self.subTest(path=path):
                while not self.server.ended.empty():
                    self.server.ended.get()
                finished = wsb("connect", self.server.url("/" + path))
                self.assert_run(finished, 111, out=b"")
                self.assertRegex(finished.err, r"^wsb: \(111\) ")
                self.assertEqual(self.server.wait_closed().closed_with, sent)

    def test_112_closed_cleanly_before_the_replies_came(self):
        finished = wsb("send", "--count", "5", self.server.url("/three"), "x")
        self.assert_run(finished, 112, out=b"one\ntwo\nthree\n")
        self.assertRegex(finished.err, r"^wsb: \(112\) ")


class Certificates(harness.TestCase):
    def setUp(self):
        super().setUp()
        self.certificate = make_certificate(self.folder)

    def test_58_a_ca_file_that_is_none(self):
        for name in ("missing.pem", self.write("broken.pem", "no certificate")):
            finished = wsb("connect", "--cacert", self.path(name), "wss://127.0.0.1:1/")
            self.assertEqual(finished.code, 58, str(finished))
            self.assertIn(os.path.basename(name), finished.err)

    def test_a_tls_server_that_is_spoken_to_plainly_is_hinted_at(self):
        with ScriptedServer(self.certificate) as server:
            finished = wsb("send", server.url().replace("wss:", "ws:"), "x")
            self.assertIn(finished.code, (8, 52), str(finished))
            self.assertIn("wss://", finished.err)
        with harness.Serve(tls=True) as server:
            finished = wsb("send", server.url.replace("wss:", "ws:"), "x")
            self.assertEqual(finished.code, 22, str(finished))
            self.assertIn("wss://", finished.err)

    def test_60_not_trusted_unless_told_so(self):
        with ScriptedServer(self.certificate) as server:
            finished = wsb("send", server.url(), "x")
            self.assert_run(finished, 60, out=b"")
            self.assertRegex(finished.err, r"^wsb: \(60\) ")
            self.assert_run(wsb("send", "-k", server.url(), "x"), 0, out=b"x\n", err="")
            self.assert_run(wsb("send", "--cacert", self.certificate[0], server.url(), "x"), 0,
                            out=b"x\n", err="")

    def test_60_a_certificate_for_another_name(self):
        other = make_certificate(self.folder, "other", "other.example")
        with ScriptedServer(other) as server:
            url = f"wss://localhost:{server.port}/echo"
            finished = wsb("send", "--cacert", other[0], url, "x")
            self.assert_run(finished, 60, out=b"")
            self.assertIn("localhost", finished.err)

    def test_60_an_expired_certificate(self):
        cert, key = make_certificate(self.folder, "old")
        with open(cert, "rb") as valid:
            renewed = subprocess.run(["openssl", "x509", "-signkey", key, "-days", "-1"],
                                     input=valid.read(), check=True, capture_output=True,
                                     timeout=DEADLINE)
        self.write("old.crt", renewed.stdout)
        with ScriptedServer((cert, key)) as server:
            finished = wsb("send", "--cacert", cert, server.url(), "x")
            self.assert_run(finished, 60, out=b"")
            self.assertIn("expired", finished.err)


class Signals(harness.TestCase):
    def test_sigint_and_sigterm_close_with_1000_and_give_130_and_143(self):
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            for command in (("connect",), ("send",)):
                with self.subTest(number=number, command=command), ScriptedServer() as server:
                    message = ("x",) if command == ("send",) else ()
                    with Held(*command, server.url("/sink"), *message) as held:
                        session = server.wait_open()
                        if not message:
                            held.type(b"x\n")
                        harness.wait_until(lambda: session.messages)
                        held.process.send_signal(number)
                        self.assert_run(held.finish(), code, out=b"")
                        self.assertEqual(server.wait_closed().closed_with, 1000)

    def test_a_signal_while_connecting_ends_it_too(self):
        with ScriptedServer() as server, Held("connect", server.url("/hang")) as held:
            server.wait_open()
            held.process.send_signal(signal.SIGINT)
            self.assert_run(held.finish(), 130, out=b"")

    def test_a_second_signal_ends_at_once(self):
        with ScriptedServer() as server, Held("connect", server.url("/mute")) as held:
            session = server.wait_open()
            held.type(b"x\n")
            harness.wait_until(lambda: session.frames)
            held.process.send_signal(signal.SIGINT)
            harness.wait_until(lambda: session.closed_with is not None)
            held.process.send_signal(signal.SIGINT)
            held.process.wait(3)
            self.assertIn(held.process.returncode, (130, -signal.SIGINT))


if __name__ == "__main__":
    harness.main()
