"""How `wsb serve` starts, fails to start, and ends."""

import os
import re
import signal
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import Serve, make_certificate, over_both, start_wsb, wsb
from wire import TEXT


class Start(harness.TestCase):
    @over_both
    def test_one_line_on_stdout_names_the_address(self, tls):
        with Serve(tls=tls) as server:
            scheme = "wss" if tls else "ws"
            self.assertEqual(server.out.lines, [f"listening {scheme}://127.0.0.1:{server.port}"])
        self.assertEqual(len(server.out.lines), 1)

    def test_a_given_port_and_ipv6_host_are_used(self):
        with Serve("--host", "::1") as server:
            self.assertEqual(server.url, f"ws://[::1]:{server.port}")
            with wire.connect_tcp(server.port, "::1") as sock:
                sock.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                self.assertEqual(wire.Peer(sock).read_head().status, 200)

    def test_the_self_signed_fingerprint_is_told(self):
        with Serve(tls=True) as server:
            self.assertRegex(server.err.wait_for(lambda line: "sha256" in line.lower()),
                             r"([0-9A-F]{2}:){31}[0-9A-F]{2}")

    def test_a_certificate_of_ones_own_is_used(self):
        cert, key = make_certificate(self.folder)
        with Serve("--cert", cert, "--key", key) as server:
            self.assertTrue(server.url.startswith("wss://"))
            with wire.open_client(server.port, tls=True) as peer:
                self.assertEqual(peer.read_message()[0], TEXT)


class Refusals(harness.TestCase):
    def refused(self, *arguments, code=1, **options):
        """The one line on stderr; nothing on stdout."""
        finished = wsb("serve", *arguments, **options)
        self.assert_run(finished, code, out=b"")
        lines = finished.err.splitlines()
        self.assertEqual(len(lines), 1, str(finished))
        self.assertTrue(lines[0].startswith("wsb: "), lines[0])
        return lines[0]

    def test_a_port_taken_by_another_program(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            line = self.refused("--port", port)
            self.assertIn(f"127.0.0.1:{port}", line)
            self.assertIn("in use", line)

    def test_a_port_taken_by_another_wsb(self):
        for threads in ("1", "2"):
            with self.subTest(threads=threads), Serve("--threads", threads) as server:
                line = self.refused("--port", str(server.port), "--threads", threads)
                self.assertIn("in use", line)

    def test_an_address_that_is_not_local(self):
        self.assertIn("192.0.2.1", self.refused("--host", "192.0.2.1", "--port", "0"))

    def test_a_port_without_permission(self):
        with open("/proc/sys/net/ipv4/ip_unprivileged_port_start", encoding="ascii") as file:
            if int(file.read()) <= 1:
                self.skipTest("every port is free for everybody here")
        options = {"user": "nobody"} if os.geteuid() == 0 else {}
        finished = harness.finish(harness.spawn(
            [self.runnable(), "serve", "--port", "1"], stdin=-3, stdout=-1, stderr=-1, **options))
        self.assert_run(finished, 1, out=b"")
        self.assertIn("permission denied", finished.err.lower())

    def runnable(self):
        """The binary where another user can reach it."""
        import shutil
        if os.geteuid() != 0:
            return harness.BINARY
        os.chmod(self.folder, 0o755)
        return shutil.copy(harness.BINARY, self.path("wsb"))

    def test_a_certificate_that_is_missing_broken_or_not_of_the_key(self):
        cert, key = make_certificate(self.folder)
        other_key = make_certificate(self.folder, "other")[1]
        broken = self.write("broken.pem", "not a certificate\n")
        for chosen_cert, chosen_key, named in (
                (self.path("none.pem"), key, "none.pem"),
                (cert, self.path("none.key"), "none.key"),
                (broken, key, "broken.pem"),
                (cert, broken, "broken.pem"),
                (cert, other_key, "other.key")):
            with self.subTest(cert=chosen_cert, key=chosen_key):
                line = self.refused("--port", "0", "--cert", chosen_cert, "--key", chosen_key)
                self.assertIn(named, line)

    def test_a_public_folder_that_is_none(self):
        file = self.write("file.txt", "x")
        for folder in (self.path("missing"), file):
            with self.subTest(folder=folder):
                self.assertIn(folder, self.refused("--port", "0", "--public", folder))

    def test_options_that_make_no_sense_are_usage_errors(self):
        for arguments in (("--port", "65536"), ("--port", "x"), ("--threads", "0"),
                          ("--max-message", "many"), ("--cert", "only-one.pem"), ("--nonsense",),
                          ("--raw", "--echo")):
            with self.subTest(arguments=arguments):
                finished = wsb("serve", *arguments)
                self.assert_run(finished, 2, out=b"")
                self.assertIn(arguments[0], finished.err)


class End(harness.TestCase):
    @over_both
    def test_sigterm_closes_every_client_with_1001_and_ends_in_order(self, tls):
        for number in (signal.SIGTERM, signal.SIGINT):
            with Serve("--threads", "2", "--raw", tls=tls) as server:
                peers = [wire.open_client(server.port, tls=tls) for _ in range(5)]
                for peer in peers:
                    self.addCleanup(peer.end)
                server.process.send_signal(number)
                for peer in peers:
                    self.assertEqual(peer.read_close(), 1001)
                    peer.send(wire.CLOSE, wire.close_payload(1001))
                    peer.read_end()
                self.assertEqual(server.wait(), 0)

    def test_no_new_client_is_taken_while_draining(self):
        with Serve("--raw") as server, wire.open_client(server.port) as peer:
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(peer.read_close(), 1001)
            with self.assertRaises(OSError):
                wire.connect_tcp(server.port).recv(1)
                raise ConnectionRefusedError("accepted, but ended at once")

    def test_what_was_queued_is_still_delivered_before_the_close(self):
        with Serve("--raw") as server:
            with wire.open_client(server.port) as sender, wire.open_client(server.port) as reader:
                for i in range(50):
                    sender.binary(bytes([i]) * 20000)
                sender.send(wire.PING, b"read all of it")
                self.assertEqual(sender.read_frame().payload, b"read all of it")
                server.process.send_signal(signal.SIGTERM)
                for i in range(50):
                    self.assertEqual(reader.read_message()[1], bytes([i]) * 20000)
                self.assertEqual(reader.read_close(), 1001)

    def test_a_second_signal_ends_at_once(self):
        with Serve("--raw") as server, wire.open_client(server.port) as peer:
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(peer.read_close(), 1001)
            server.process.send_signal(signal.SIGTERM)
            self.assertIn(server.process.wait(4), (0, 143, -signal.SIGTERM))

    def test_signals_before_any_client_end_it_too(self):
        with Serve() as server:
            self.assertEqual(server.stop(signal.SIGINT), 0)

    def test_a_closed_stdout_does_not_stop_the_server(self):
        process = start_wsb("serve", "--port", "0", stdin=-3)
        line = process.stdout.readline().decode()
        port = int(re.fullmatch(r"listening ws://127\.0\.0\.1:(\d+)\n", line).group(1))
        process.stdout.close()
        with wire.open_client(port) as peer:
            self.assertEqual(peer.read_message()[0], TEXT)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(harness.DEADLINE), 0)
        process.stderr.close()


if __name__ == "__main__":
    harness.main()
