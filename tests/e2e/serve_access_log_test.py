"""`wsb serve --access-log`: a line for every request and every WebSocket."""

import json
import os
import re
import signal
import sys
import urllib.error
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import Serve

COMBINED = re.compile(r'^(\S+) - (\S+) \[(\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000)\] '
                      r'"([^"]*)" (\d{3}) (\d+) "([^"]*)" "([^"]*)"( .*)?$')


def get(server, path, **headers):
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=wire.DEADLINE) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


class AccessLog(harness.TestCase):
    def lines(self, name="access.log"):
        with open(self.path(name), encoding="ascii") as file:
            return file.read().splitlines()

    def test_lines_are_those_of_the_combined_log_format(self):
        with Serve("--access-log", self.path("access.log"), "--token", "s3cret-s3cret-s3cret",
                   "--token-in-query") as server:
            get(server, "/healthz", **{"User-Agent": 'q"t', "Referer": "http://x/?token=y"})
            with wire.open_client(server.port, "/chat?token=s3cret-s3cret-s3cret&room=a") as peer:
                peer.read_message()
                peer.text("hello")
                peer.send(wire.CLOSE, wire.close_payload(1000))
                peer.read_close()
            self.assertEqual(get(server, "/stats")[0], 401)
        lines = self.lines()
        self.assertNotIn("s3cret", "\n".join(lines))
        fields = [COMBINED.match(line).groups() for line in lines]
        self.assertEqual([each[0] for each in fields], ["127.0.0.1"] * 4)
        self.assertEqual([each[3:5] for each in fields], [
            ("GET /healthz HTTP/1.1", "200"),
            ("GET /chat?token=***&room=a HTTP/1.1", "101"),
            ("CLOSE /chat?token=***&room=a HTTP/1.1", "101"),
            ("GET /stats HTTP/1.1", "401"),
        ])
        self.assertEqual(fields[0][5:8], ("2", "http://x/?token=***", "q\\x22t"))
        self.assertEqual([each[8] is None for each in fields], [True, True, False, True])
        self.assertRegex(fields[2][8], r"^ close=1000 by=client duration=\d+\.\d{6} messages_in=1 "
                                       r"bytes_in=5 messages_out=1 bytes_out=61$")

    def test_with_log_json_a_line_is_an_object_on_standard_output(self):
        with Serve("--access-log", "-", "--log", "json", "--trust-proxy", "127.0.0.1") as server:
            status, _ = get(server, "/healthz", **{"X-Forwarded-For": "192.0.2.9"})
            self.assertEqual(status, 200)
            with wire.open_client(server.port):
                pass
            line = server.out.wait_for(lambda line: '"closed"' in line)
        first = json.loads(server.out.lines[1])
        self.assertEqual({key: first[key] for key in ("event", "client", "method", "target",
                                                      "protocol", "status", "bytes")},
                         {"event": "request", "client": "192.0.2.9", "method": "GET",
                          "target": "/healthz", "protocol": "HTTP/1.1", "status": 200, "bytes": 2})
        last = json.loads(line)
        self.assertEqual((last["close"], last["by"], last["messages_out"]), (1006, "network", 1))

    def test_sighup_opens_the_file_anew(self):
        with Serve("--access-log", self.path("access.log")) as server:
            get(server, "/healthz")
            os.rename(self.path("access.log"), self.path("access.log.1"))
            server.process.send_signal(signal.SIGHUP)
            harness.wait_until(lambda: os.path.exists(self.path("access.log")))
            get(server, "/readyz")
        both = self.lines("access.log.1") + self.lines()
        self.assertEqual([COMBINED.match(line)[4] for line in both],
                         ["GET /healthz HTTP/1.1", "GET /readyz HTTP/1.1"])
        self.assertEqual(len(self.lines()), 1)

    def test_a_full_disk_does_not_stop_the_server_and_is_told(self):
        with Serve("--access-log", "/dev/full") as server:
            for _ in range(20):
                self.assertEqual(get(server, "/healthz")[0], 200)
            server.err.wait_for(lambda line: "cannot write the access log '/dev/full'" in line)
        self.assertIn("wsb: warning: 20 lines of the access log were lost", server.err.lines)

    def test_a_file_that_cannot_be_opened_is_an_error(self):
        finished = harness.wsb("serve", "--port", "0", "--access-log", self.folder)
        self.assert_run(finished, 1, out=b"",
                        err=f"wsb: serve: --access-log: cannot open '{self.folder}': "
                            "Is a directory\n")


if __name__ == "__main__":
    harness.main()
