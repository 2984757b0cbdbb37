"""A client or server of the npm package `ws`, as an object. See ws_peer.mjs for the commands."""

import base64
import json
import os
import subprocess

import harness
from harness import DEADLINE, NODE_MODULES, SUPPORT, Reader, environment, spawn


class NodePeer:
    def __init__(self, *arguments, **options):
        self.process = spawn(
            ["node", os.path.join(SUPPORT, "ws_peer.mjs"), *arguments, json.dumps(options)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environment(WSB_NODE_MODULES=NODE_MODULES))
        self.out = Reader(self.process.stdout)
        self.err = Reader(self.process.stderr)
        self._seen = 0

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.kill()
        self.process.wait(DEADLINE)
        self.out.join(DEADLINE)
        self.err.join(DEADLINE)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            stream.close()

    def tell(self, **command):
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        self.process.stdin.flush()

    def next(self, event=None):
        """The next event; with `event`, it must be of that kind."""
        with self.out.changed:
            self.out.changed.wait_for(
                lambda: len(self.out.lines) > self._seen or self.out.ended, DEADLINE)
            if len(self.out.lines) <= self._seen:
                raise AssertionError(f"no event; stderr: {self.err.text()}")
            line = self.out.lines[self._seen]
        self._seen += 1
        found = json.loads(line)
        if event and found["event"] != event:
            raise AssertionError(f"expected {event}, got {found}")
        return found

    def next_message(self):
        """Text as str, binary as bytes."""
        found = self.next("message")
        return found["text"] if "text" in found else base64.b64decode(found["binary"])


class NodeClient(NodePeer):
    def __init__(self, url, **options):
        super().__init__("client", url, **options)


class NodeServer(NodePeer):
    """Listens when made; mode is echo, relay or sink."""

    def __init__(self, mode="echo", certificate=None, **options):
        if certificate:
            options["cert"], options["key"] = certificate
        super().__init__("server", mode=mode, **options)
        self.secure = bool(certificate)
        self.port = self.next("listening")["port"]

    def url(self, path="/"):
        return f"{'wss' if self.secure else 'ws'}://127.0.0.1:{self.port}{path}"


harness.need_node_package("ws")
