"""What every black-box test shares: the binary under test, bounded processes, a running server.

The build passes WSB_BINARY and WSB_NODE_MODULES. A test file ends with `harness.main()`, which
exits with 77 (skipped) when a tool is missing, but fails instead where CI=true is set.
"""

import ctypes
import functools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from dataclasses import dataclass

from wire import DEADLINE

BINARY = os.environ.get("WSB_BINARY", "wsb")
NODE_MODULES = os.environ.get("WSB_NODE_MODULES", "")
SUPPORT = os.path.dirname(os.path.abspath(__file__))
SKIPPED = 77

_libc = ctypes.CDLL(None)
_missing = []


def _die_with_parent():
    _libc.prctl(1, signal.SIGKILL)


def environment(**extra):
    """The environment of a child: nothing of the user's that changes what wsb does."""
    kept = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    kept.update({"LC_ALL": "C.UTF-8", "TERM": "xterm-256color"})
    kept.pop("NO_COLOR", None)
    kept.pop("SSLKEYLOGFILE", None)
    kept.update(extra)
    return kept


def spawn(command, **options):
    """A child that dies with the test, also when the test is killed. Main thread only."""
    options.setdefault("env", environment())
    return subprocess.Popen(command, preexec_fn=_die_with_parent, **options)


@dataclass
class Finished:
    code: int
    out: bytes
    err: str

    def __str__(self):
        return f"exit {self.code}\nstdout: {self.out!r}\nstderr: {self.err}"


def finish(process, input=None, timeout=DEADLINE):
    """Waits for the end. A child ended by a signal counts as 128 + signal, as in a shell."""
    try:
        out, err = process.communicate(input, timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        raise AssertionError(f"still running after {timeout} s: {process.args}\n{out!r}\n{err!r}")
    code = process.returncode if process.returncode >= 0 else 128 - process.returncode
    text = (err or b"").decode("utf-8", "replace")
    check_sanitizers(text)
    return Finished(code, out or b"", text)


def check_sanitizers(text):
    for mark in ("AddressSanitizer", "LeakSanitizer", "runtime error:", "ThreadSanitizer"):
        if mark in text:
            raise AssertionError(text)


def wsb(*arguments, input=b"", timeout=DEADLINE, **options):
    """Runs wsb to its end. `input` is what its stdin holds; pass stdin=… to give another."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    pipes.update(options)
    process = spawn([BINARY, *arguments], **pipes)
    return finish(process, input if pipes["stdin"] == subprocess.PIPE else None, timeout)


def start_wsb(*arguments, **options):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    pipes.update(options)
    return spawn([BINARY, *arguments], **pipes)


class Held:
    """A running client whose stdin stays open, so that only the peer or a signal can end it."""

    def __init__(self, *arguments):
        self.process = start_wsb(*arguments)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            stream.close()

    def type(self, line):
        self.process.stdin.write(line)
        self.process.stdin.flush()

    def finish(self):
        """Waits for the end without closing stdin; what it wrote must fit into a pipe."""
        code = self.process.wait(DEADLINE)
        err = self.process.stderr.read().decode("utf-8", "replace")
        check_sanitizers(err)
        return Finished(code if code >= 0 else 128 - code, self.process.stdout.read(), err)


def wait_until(condition, timeout=DEADLINE):
    """Waits until another thread made `condition()` true, looking again on every tick."""
    tick, end = threading.Event(), time.monotonic() + timeout
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"the awaited state did not come within {timeout} s")
        tick.wait(0.005)


class Reader(threading.Thread):
    """Collects a stream's lines so that its writer never blocks; `wait_for` waits for a line."""

    def __init__(self, stream):
        super().__init__(daemon=True)
        self.stream = stream
        self.lines = []
        self.changed = threading.Condition()
        self.ended = False
        self.start()

    def run(self):
        for line in self.stream:
            with self.changed:
                self.lines.append(line.decode("utf-8", "replace").rstrip("\n"))
                self.changed.notify_all()
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def wait_for(self, predicate, timeout=DEADLINE):
        def found():
            return next((line for line in self.lines if predicate(line)), None)

        with self.changed:
            self.changed.wait_for(lambda: found() is not None or self.ended, timeout)
            line = found()
        if line is None:
            raise AssertionError(f"the awaited line did not come; got {self.lines}")
        return line

    def text(self):
        return "\n".join(self.lines)


class Serve:
    """`wsb serve` on a free port, up when the constructor returns, ended with the block."""

    def __init__(self, *arguments, tls=False, env=None):
        command = [BINARY, "serve", "--port", "0", *arguments]
        if tls:
            command.append("--tls-self-signed")
        self.process = spawn(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, env=environment(**(env or {})))
        self.out = Reader(self.process.stdout)
        self.err = Reader(self.process.stderr)
        self.tls = tls
        try:
            line = self.out.wait_for(lambda text: text.startswith("listening "))
        except AssertionError:
            self.process.kill()
            raise AssertionError(f"wsb serve did not come up: {self.err.text()}")
        self.url = line.split(" ")[1]
        self.port = int(self.url.rsplit(":", 1)[1].rstrip("/"))

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        self.stop()

    def stop(self, number=signal.SIGTERM):
        """Ends the server and returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.wait()

    def wait(self):
        """The exit code of a server that is ending."""
        try:
            self.process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"wsb serve did not end: {self.err.text()}")
        self.out.join(DEADLINE)
        self.err.join(DEADLINE)
        self.process.stdout.close()
        self.process.stderr.close()
        check_sanitizers(self.err.text())
        code = self.process.returncode
        return code if code >= 0 else 128 - code


def make_certificate(folder, name="server", host="localhost", days=2):
    """A self-signed certificate and key made now; returns both paths."""
    cert, key = os.path.join(folder, f"{name}.crt"), os.path.join(folder, f"{name}.key")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-keyout", key, "-out", cert, "-days", str(days), "-subj", f"/CN={host}",
         "-addext", f"subjectAltName=DNS:{host},IP:127.0.0.1"],
        check=True, capture_output=True, timeout=DEADLINE)
    return cert, key


def need(name, present):
    """Declares a tool that the file cannot do without."""
    if not present:
        _missing.append(name)


def need_command(name):
    need(name, shutil.which(name))


def need_node_package(name):
    need_command("node")
    need(f"Node package {name}", os.path.isdir(os.path.join(NODE_MODULES, name)))


def over_both(test):
    """Runs a test that takes `tls` over ws:// and over wss://."""
    @functools.wraps(test)
    def run(self):
        for tls in (False, True):
            with self.subTest(tls=tls):
                test(self, tls)
    return run


class TestCase(unittest.TestCase):
    """Long values are shown whole, and each test has a folder of its own."""

    maxDiff = None
    longMessage = True

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="wsb-test-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def write(self, name, content):
        full = self.path(name)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return full

    def assert_run(self, finished, code, out=None, err=None):
        """Exit code, and where given the whole of stdout (bytes) and of stderr (text)."""
        self.assertEqual(finished.code, code, str(finished))
        if out is not None:
            self.assertEqual(finished.out, out, str(finished))
        if err is not None:
            self.assertEqual(finished.err, err, str(finished))


def main():
    if not (os.path.isfile(BINARY) and os.access(BINARY, os.X_OK)):
        print(f"WSB_BINARY does not name a program: {BINARY!r}")
        sys.exit(1)
    if _missing:
        print(f"missing: {', '.join(_missing)}")
        sys.exit(1 if os.environ.get("CI") == "true" else SKIPPED)
    unittest.main(verbosity=2)
