"""`wsb serve --config`: options from a file."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import Serve

FILE = """\
# A relay for two pages.
host = 127.0.0.1
raw
origin = https://a.example
origin = https://b.example   # the other one
log = json
max-message = "1KiB"
token-file = %s
"""


class ConfigFile(harness.TestCase):
    def test_its_options_are_in_force(self):
        token = "0123456789abcdef0123456789abcdef"
        config = self.write("wsb.conf", FILE % self.write("tokens", token + "\n"))
        with Serve("--config", config) as server:
            with wire.Peer(wire.connect_tcp(server.port)) as peer:
                peer.write(wire.upgrade_request(server.port))
                self.assertEqual(peer.read_head().status, 401)
            extra = [("Authorization", f"Bearer {token}"), ("Origin", "https://b.example")]
            with wire.open_client(server.port, extra=extra) as peer:
                peer.binary(bytes(1025))
                self.assertEqual(peer.read_close(), 1009)
            server.err.wait_for(lambda line: line.startswith('{"time":'))

    def test_the_command_line_and_the_environment_come_first(self):
        config = self.write("wsb.conf", "log = xml\nhost = 192.0.2.1\n")
        with Serve("--config", config, "--log", "json", env={"WSB_HOST": "127.0.0.1"}):
            pass

    def test_a_mistake_is_told_with_the_file_and_the_line(self):
        for text, told in (
                ("port = 0\nmax-mesage = 1KiB\n",
                 "2: unknown option 'max-mesage' (did you mean 'max-message'?)"),
                ("max-message = 1XB", "1: max-message: "),
                ("port = 1\nport = 2\n", "2: port is set already, in line 1"),
                ("[serve]\n", "1: there are no sections: one option a line, 'port = 8080'")):
            with self.subTest(text=text):
                config = self.write("wsb.conf", text)
                finished = harness.wsb("serve", "--config", config)
                self.assert_run(finished, 2, out=b"")
                self.assertTrue(finished.err.startswith(f"wsb: serve: {config}:{told}"),
                                finished.err)

    def test_a_file_that_is_not_there_is_an_error(self):
        finished = harness.wsb("serve", "--config", self.path("none"))
        self.assert_run(finished, 2, out=b"",
                        err=f"wsb: serve: cannot read the configuration file "
                            f"'{self.path('none')}': No such file or directory\n")


if __name__ == "__main__":
    harness.main()
