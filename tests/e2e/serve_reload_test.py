"""SIGHUP: certificates and tokens change while clients stay, and bad files change nothing."""

import os
import pty
import signal
import socket
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import BINARY, DEADLINE, Serve, make_certificate

harness.need_command("openssl")
harness.need_command("setsid")


def serial_of(certificate):
    """Of a file in PEM form, or of the certificate in a text that contains one."""
    return subprocess.run(["openssl", "x509", "-noout", "-serial"], input=certificate, text=True,
                          check=True, capture_output=True, timeout=DEADLINE).stdout


def serial_of_file(path):
    with open(path, encoding="ascii") as file:
        return serial_of(file.read())


def served_serial(server):
    shown = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}"],
                           input="", text=True, capture_output=True, timeout=DEADLINE)
    return serial_of(shown.stdout)


def bearer(token):
    return [("Authorization", f"Bearer {token}")]


def status(server, extra):
    with wire.Peer(wire.connect_tcp(server.port, tls=server.tls)) as peer:
        peer.write(wire.upgrade_request(server.port, extra=extra))
        return peer.read_head().status


def reload(server, word="reloaded: "):
    """Asks for it and waits for the line of the log that tells how it went."""
    before = len(server.err.lines)
    server.process.send_signal(signal.SIGHUP)
    harness.wait_until(lambda: any(word in line for line in server.err.lines[before:]))
    return next(line for line in server.err.lines[before:] if word in line)


class Traffic:
    """A writer that sends numbers until it is told to end, and a reader that takes them."""

    def __init__(self, server):
        self.writer = wire.open_client(server.port, tls=True)
        self.reader = wire.open_client(server.port, tls=True)
        self.writer.text("joined?")
        assert self.reader.read_message()[1] == b"joined?"
        self.enough = threading.Event()
        self.sent = 0
        self.got = []
        self.threads = [threading.Thread(target=self.write, daemon=True),
                        threading.Thread(target=self.read, daemon=True)]
        for thread in self.threads:
            thread.start()

    def write(self):
        while not self.enough.is_set():
            self.writer.text(str(self.sent))
            self.sent += 1
        self.writer.text("end")

    def read(self):
        while (message := self.reader.read_message()[1]) != b"end":
            self.got.append(int(message))

    def go_on(self):
        """Some more messages have arrived."""
        goal = len(self.got) + 200
        harness.wait_until(lambda: len(self.got) >= goal)

    def end(self):
        self.enough.set()
        for thread in self.threads:
            thread.join(DEADLINE)
        self.writer.end()
        self.reader.end()


class Certificates(harness.TestCase):
    def test_a_certificate_is_swapped_under_traffic_and_nothing_is_lost(self):
        old, key = make_certificate(self.folder, "old")
        new, new_key = make_certificate(self.folder, "new")
        with Serve("--cert", old, "--key", key, "--raw", "-t", "2") as server:
            self.assertEqual(served_serial(server), serial_of_file(old))
            traffic = Traffic(server)
            serial = serial_of_file(new)
            for _ in range(2):
                traffic.go_on()
                os.replace(new, old)
                os.replace(new_key, key)
                line = reload(server)
                self.assertIn("reloaded: certificate sha256 ", line)
                for _ in range(4):  # whichever worker it comes to
                    self.assertEqual(served_serial(server), serial)
                new, new_key = make_certificate(self.folder, "new")
                serial = serial_of_file(new)
            traffic.go_on()
            self.assertNotIn("disconnected", server.err.text())
            traffic.end()
            self.assertEqual(traffic.got, list(range(traffic.sent)))
            self.assertEqual(server.stop(), 0)

    def test_a_bad_file_leaves_all_of_the_old_in_force(self):
        cert, key = make_certificate(self.folder)
        other, other_key = make_certificate(self.folder, "other")
        tokens = self.write("tokens", "old-token\n")
        serial = serial_of_file(cert)
        with Serve("--cert", cert, "--key", key, "--token-file", tokens) as server:
            server.tls = True
            os.replace(other, cert)
            self.write("tokens", "new-token\n")
            self.assertIn(f"cannot reload, what was in force stays so: the key in '{key}' does "
                          f"not belong to the certificate in '{cert}'",
                          reload(server, "cannot reload"))
            os.replace(other_key, key)
            self.write("tokens", "a bad one\n")
            line = reload(server, "cannot reload")
            self.assertIn(f"the token file '{tokens}': line 1: ", line)
            self.assertNotIn("bad one", line)
            self.assertEqual(served_serial(server), serial)
            self.assertEqual(status(server, bearer("old-token")), 101)
            self.assertEqual(status(server, bearer("new-token")), 401)
            self.write("tokens", "new-token\n")
            self.assertIn(", 1 token", reload(server))
            self.assertEqual(served_serial(server), serial_of_file(cert))
            self.assertEqual(status(server, bearer("old-token")), 401)
            self.assertEqual(status(server, bearer("new-token")), 101)
            server.stop()
            self.assertNotIn("-token", server.err.text())


class Tokens(harness.TestCase):
    def test_who_is_in_stays_in_and_new_clients_need_the_new_token(self):
        tokens = self.write("tokens", "old-token\n")
        with Serve("--token-file", tokens, "--raw", "-t", "1") as server:
            server.tls = False
            with wire.open_client(server.port, extra=bearer("old-token")) as a, \
                    wire.open_client(server.port, extra=bearer("old-token")) as b:
                self.write("tokens", "new-token\nnewer-token\n")
                self.assertIn("reloaded: 2 tokens", reload(server))
                self.assertEqual(status(server, bearer("old-token")), 401)
                self.assertEqual(status(server, bearer("newer-token")), 101)
                a.text("still here")
                self.assertEqual(b.read_message()[1], b"still here")

    def test_without_files_nothing_changes(self):
        with Serve() as server:
            self.assertIn("reloaded: no files", reload(server))
            self.assertEqual(server.stop(), 0)


class Around(harness.TestCase):
    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def test_the_service_manager_hears_when_a_reload_begins_and_is_over(self):
        name = self.path("notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(name)
            manager.settimeout(DEADLINE)
            tokens = self.write("tokens", "t\n")
            with Serve("--token-file", tokens, env={"NOTIFY_SOCKET": name}) as server:
                self.assertEqual(manager.recv(4096), b"READY=1")
                for word in ("reloaded: ", "cannot reload"):
                    reload(server, word)
                    self.assertRegex(manager.recv(4096), rb"\ARELOADING=1\nMONOTONIC_USEC=\d+\Z")
                    self.assertEqual(manager.recv(4096), b"READY=1")
                    os.remove(tokens) if os.path.exists(tokens) else None
                server.stop()
                self.assertEqual(manager.recv(4096), b"STOPPING=1")

    def test_the_end_of_the_terminal_ends_the_server_in_order(self):
        master, slave = pty.openpty()
        with open(self.path("log"), "wb") as log:
            process = harness.spawn(
                ["setsid", "--ctty", BINARY, "serve", "--port", "0", "--raw"], stdin=slave,
                stdout=subprocess.PIPE, stderr=log)
        os.close(slave)
        port = int(process.stdout.readline().rsplit(b":", 1)[1])
        with wire.open_client(port) as peer:
            process.send_signal(signal.SIGHUP)  # sent by somebody, on a terminal that is there
            harness.wait_until(lambda: b"reloaded: " in self.read("log"))
            peer.send(wire.PING, b"still here?")
            self.assertEqual(peer.read_frame().payload, b"still here?")
            os.close(master)
            self.assertEqual(peer.read_close(), 1001)
            peer.send(wire.CLOSE, wire.close_payload(1001))
        self.assertEqual(harness.finish(process).code, 0)


if __name__ == "__main__":
    harness.main()
