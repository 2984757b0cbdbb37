"""The official server of Socket.IO as an object. See socketio_peer.mjs for what it serves."""

import json
import os
import subprocess

from harness import DEADLINE, NODE_MODULES, SUPPORT, Reader, environment, spawn


class SocketioServer:
    def __init__(self, **options):
        self.process = spawn(
            ["node", os.path.join(SUPPORT, "socketio_peer.mjs"), json.dumps(options)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environment(WSB_NODE_MODULES=NODE_MODULES))
        self.out = Reader(self.process.stdout)
        self.err = Reader(self.process.stderr)
        try:
            self.port = self.wait_for("listening")["port"]
        except AssertionError:
            self.__exit__()
            raise
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.kill()
        self.process.wait(DEADLINE)
        self.out.join(DEADLINE)
        self.err.join(DEADLINE)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            stream.close()

    def wait_for(self, event):
        """The first of what it did, now or later, of that kind."""
        line = self.out.wait_for(lambda text: json.loads(text)["event"] == event)
        return json.loads(line)
