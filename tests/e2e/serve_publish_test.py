"""POST /broadcast of `wsb serve`, with curl."""

import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import Serve
from wire import BINARY, TEXT

harness.need_command("curl")


def curl(server, *arguments, query=""):
    done = subprocess.run(
        ["curl", "-sS", "-w", "%{http_code}", *arguments,
         f"http://127.0.0.1:{server.port}/broadcast{query}"],
        capture_output=True, timeout=30, check=True, env=harness.environment())
    return int(done.stdout[-3:]), done.stdout[:-3].decode()


def opened(server, query=""):
    peer = wire.open_client(server.port, "/" + query)
    peer.read_message()
    return peer


class Publish(harness.TestCase):
    def test_a_body_reaches_all_clients_of_all_workers_who_are_counted(self):
        with Serve("--threads", "3") as server:
            peers = [opened(server) for _ in range(7)]
            self.assertEqual(curl(server, "-d", "hi"), (200, '{"receivers":7}\n'))
            for peer in peers:
                self.assertEqual(peer.read_message(),
                                 (TEXT, b'{"type":"broadcast","payload":"hi"}'))
                peer.end()

    def test_json_text_and_bytes(self):
        with Serve() as server, opened(server) as peer:
            curl(server, "--json", '{"n": 1}')
            self.assertEqual(peer.read_message(),
                             (TEXT, b'{"type":"broadcast","payload":{"n": 1}}'))
            curl(server, "-H", "Content-Type: application/octet-stream", "--data-binary", "raw")
            self.assertEqual(peer.read_message(), (BINARY, b"raw"))

    def test_to_one_room(self):
        with Serve("--threads", "2") as server, opened(server, "?room=a") as a, opened(server):
            self.assertEqual(curl(server, "-d", "x", query="?room=a"), (200, '{"receivers":1}\n'))
            self.assertEqual(a.read_message(), (TEXT, b'{"type":"broadcast","payload":"x"}'))
            self.assertEqual(curl(server, "-d", "x", query="?room=b"), (200, '{"receivers":0}\n'))

    def test_refusals(self):
        with Serve() as server:
            self.assertEqual(curl(server), (405, "publish with POST\n"))
            self.assertEqual(curl(server, "-d", "x", query="?room="),
                             (400, "the name of the room is empty\n"))
            self.assertEqual(curl(server, "-F", "a=b"),
                             (415, "a body in several parts cannot be published\n"))
        with Serve("--echo") as server:
            self.assertEqual(curl(server, "-d", "x")[0], 405)


if __name__ == "__main__":
    harness.main()
