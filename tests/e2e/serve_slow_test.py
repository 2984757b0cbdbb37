"""Clients of `wsb serve` that read more slowly than they are sent to."""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import Serve, wsb
from wire import BINARY

COUNT, SIZE = 400, 60000


class Slow(harness.TestCase):
    def flood(self, policy):
        """What a client got, by number, that did not read while all was sent; and what was lost."""
        got = []
        with Serve("--raw", "--threads", "1", "--max-backlog", "256KiB",
                   "--slow-consumer", policy) as server:
            with wire.open_client(server.port) as sender, wire.open_client(server.port) as reader, \
                    wire.open_client(server.port) as idle:
                for number in range(COUNT):
                    payload = number.to_bytes(4, "big") * (SIZE // 4)
                    sender.binary(payload)
                    self.assertEqual(reader.read_message(), (BINARY, payload))
                last = b"last"
                while not got or got[-1] != last:
                    opcode, payload = idle.read_message()
                    self.assertEqual(opcode, BINARY)
                    self.assertIn(len(payload), (4, SIZE))
                    got.append(payload[:4])
                    if len(got) == 20:  # by now there is room again
                        sender.binary(last)
            self.assertEqual(server.stop(), 0)
            log = server.err.text()
        dropped = [int(n.replace(",", "")) for n in
                   re.findall(r"([\d,]+) messages dropped for slow readers", log)]
        self.assertIn(f"{sum(dropped):,} dropped", log)  # of the one client
        return [int.from_bytes(n, "big") for n in got[:-1]], sum(dropped)

    def test_drop_oldest_keeps_what_came_last(self):
        got, dropped = self.flood("drop-oldest")
        self.assertEqual(got, sorted(set(got)))
        self.assertEqual(got[0], 0)
        self.assertEqual(got[-1], COUNT - 1)
        self.assertGreater(dropped, 0)
        self.assertEqual(len(got) + dropped, COUNT)

    def test_drop_newest_keeps_what_came_first(self):
        got, dropped = self.flood("drop-newest")
        self.assertEqual(got, list(range(len(got))))
        self.assertGreater(dropped, 0)
        self.assertEqual(len(got) + dropped, COUNT)

    def test_another_word_is_a_usage_error(self):
        run = wsb("serve", "--slow-consumer", "wait")
        self.assert_run(run, 2, b"", "wsb: serve: --slow-consumer must be disconnect, drop-oldest "
                        "or drop-newest, not 'wait'\n")


if __name__ == "__main__":
    harness.main()
