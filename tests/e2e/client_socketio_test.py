"""`wsb send` and `wsb connect` with --socketio: the official server, `wsb serve`, and others."""

import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
from harness import Held, Reader, Serve, start_wsb, wsb
from scripted_server import ScriptedServer
from socketio_peer import SocketioServer

harness.need_node_package("socket.io")

WELCOME = b'message {"type":"welcome","message":"Connected to broadcast server!"}\n'


class Send(harness.TestCase):
    def test_an_event_its_arguments_and_its_ack(self):
        with SocketioServer() as server:
            done = wsb("send", "--socketio", "--ack", server.url, "broadcast", '{"a": [1]}')
            self.assert_run(done, 0, WELCOME + b'ack#0 "done" 0\n', "")
            self.assertEqual(server.wait_for("broadcast")["payload"], {"a": [1]})
            self.assertEqual(server.wait_for("disconnect")["reason"],
                             "client namespace disconnect")

    def test_the_default_counts_events_and_zero_waits_for_none(self):
        with SocketioServer() as server:
            base = ["send", "--socketio", server.url]
            self.assert_run(wsb(*base, "broadcast", "hi"), 0, WELCOME, "")
            self.assert_run(wsb(*base, "-c", "0", "broadcast", "5"), 0)
            server.out.wait_for(lambda line: json.loads(line).get("payload") == 5)

    def test_lines_of_standard_input_are_events(self):
        with SocketioServer() as server:
            done = wsb("send", "--socketio", "--ack", server.url,
                       input=b'broadcast "two words"\n\nbroadcast 2\n')
            self.assert_run(done, 0, WELCOME + b'ack#0 "done" 0\nack#1 "done" 0\n', "")
            done = wsb("send", "--socketio", "-c", "0", server.url, "-", input=b"broadcast [\n")
            self.assert_run(done, 26, None, "wsb: (26) input: input line 1: what begins at column "
                            '11 is no valid JSON (a string with spaces is written "so")\n')

    def test_a_file_is_an_attachment_and_binary_is_shown_in_base64(self):
        name = self.write("bytes", b"\x00\xff")
        with SocketioServer() as server:
            done = wsb("send", "--socketio", "--ack", "-b", server.url, "upload", "n", "@" + name)
            self.assert_run(done, 0, WELCOME + b'ack#0 {"copy":{"base64":"AP8="}}\n', "")
            self.assertEqual(server.wait_for("upload"),
                             {"event": "upload", "name": "n", "bytes": "AP8="})

    def test_a_namespace_asks_for_what_auth_brings(self):
        secret = self.write("auth.json", '{ "token": "secret" }\n')
        with SocketioServer() as server:
            base = ["send", "--socketio", "--namespace", "/admin"]
            refused = wsb(*base, server.url, "broadcast", "x")
            self.assert_run(refused, 22, b"", "wsb: (22) handshake: the server refused namespace "
                            "'/admin': unauthorized {\"code\":401}\n")
            done = wsb(*base, "--ack", "--auth", "@" + secret, server.url, "broadcast", "x")
            self.assert_run(done, 0, WELCOME + b'ack#0 "done" 0\n', "")
            self.assertEqual(server.wait_for("connection")["auth"], {"token": "secret"})

    def test_who_is_not_there_or_speaks_something_else(self):
        with ScriptedServer() as server:
            done = wsb("send", "--socketio", server.url("/text"), "x")
            self.assert_run(done, 111, b"", "wsb: (111) handshake: the server does not speak "
                            "Engine.IO 4 as it should: a message that is no Engine.IO packet "
                            "came\n")
            self.assertEqual(server.requests[0].line,
                             "GET /text/?EIO=4&transport=websocket HTTP/1.1")
        with Serve("--raw") as server:
            done = wsb("send", "--socketio", "--connect-timeout", "300ms", server.url + "/x", "x")
            self.assert_run(done, 28, b"", "wsb: (28) handshake: no open packet of Engine.IO "
                            "within 300ms\n")
        with SocketioServer(transports=["polling"]) as server:
            done = wsb("send", "--socketio", server.url, "x")
            self.assertEqual(done.code, 22, str(done))

    def test_a_deadline_and_a_server_that_leaves_us(self):
        with SocketioServer() as server:
            done = wsb("send", "--socketio", "-m", "300ms", "-c", "2", server.url, "broadcast", "1")
            self.assert_run(done, 28, WELCOME, "wsb: (28) deadline: --max-time of 300ms has "
                            "passed: wanted 2 replies, got 1\n")
            done = wsb("send", "--socketio", "-c", "2", server.url, "kick")
            self.assert_run(done, 112, WELCOME, "wsb: (112) close: wanted 2 replies, got 1: closed "
                            "by the peer with 1000 (normal closure) 'io server disconnect'\n")

    def test_wrong_usage(self):
        for arguments, text in (
                (["--ack", "ws://x/", "m"], "--ack is for --socketio"),
                (["--auth", "{}", "ws://x/", "m"], "--auth is for --socketio"),
                (["--socketio", "--auth", "[]", "ws://x/", "m"],
                 "--auth: it is no JSON object, such as '{\"token\":\"…\"}'"),
                (["--socketio", "ws://x/", "connect", "1"],
                 "'connect' is a reserved name of Socket.IO, no event")):
            self.assert_run(wsb("send", *arguments), 2, b"", f"wsb: send: {text}\n")

    def test_wsb_serve_acknowledges_with_the_number_of_receivers(self):
        with Serve() as server:
            with Held("connect", "--socketio", server.url) as other:
                lines = Reader(other.process.stdout)
                lines.wait_for(lambda line: line.startswith("message"))
                done = wsb("send", "--socketio", "--ack", server.url, "broadcast", "hi")
                self.assert_run(done, 0, WELCOME + b"ack#0 1\n", "")
                line = lines.wait_for(lambda line: "broadcast" in line.split(" ", 1)[1][:20])
                self.assertEqual(line, 'message {"type":"broadcast","payload":"hi"}')


class Connect(harness.TestCase):
    def test_a_pipe_both_ways(self):
        with SocketioServer() as server:
            text = b"".join(b'broadcast {"n":%d}\n' % i for i in range(3000))
            with Held("connect", "--socketio", server.url) as other:
                lines = Reader(other.process.stdout)
                lines.wait_for(lambda line: line.startswith("message"))
                done = wsb("connect", "--socketio", server.url, input=text)
                self.assert_run(done, 0, WELCOME, "")
                lines.wait_for(lambda line: '"n":2999' in line)
                self.assertEqual(lines.lines[1:], [
                    f'message {{"type":"broadcast","payload":{{"n":{i}}}}}' for i in range(3000)])

    def test_an_ack_that_the_server_wants_can_be_typed(self):
        with SocketioServer() as server:
            with Held("connect", "--socketio", server.url) as client:
                lines = Reader(client.process.stdout)
                client.type(b'"ask me" "sure?"\n')
                asked = lines.wait_for(lambda line: line.startswith("question#"))
                number = re.fullmatch(r'question#(\d+) "sure\?"', asked).group(1)
                client.type(f"ack#{number} yes 1\n".encode())
                lines.wait_for(lambda line: line == "thanks")
                self.assertEqual(server.wait_for("answers")["answers"], ["yes", 1])
                client.type(b"kick\n")
                self.assertEqual(client.process.wait(harness.DEADLINE), 0)

    def test_heartbeats_are_answered(self):
        with SocketioServer(pingInterval=100, pingTimeout=100) as server:
            with Held("connect", "-vv", "--socketio", server.url) as client:
                errors = Reader(client.process.stderr)
                def beats():
                    return errors.lines.count("wsb: > 3") >= 5
                harness.wait_until(beats)
                client.type(b"drop\n")
                errors.wait_for(lambda line: "closed by the peer" in line)
                lines = [line.split(" ", 1)[1] for line in errors.lines]
                self.assertIn('> 42["drop"]', lines)
                self.assertIn("> 40", lines)
                self.assertIn("< 2", lines)

    def test_the_namespace_is_told_and_packets_only_when_asked(self):
        with SocketioServer() as server:
            done = wsb("connect", "-v", "--socketio", server.url)
            self.assertEqual(done.code, 0, str(done))
            self.assertRegex(done.err, r"wsb: joined namespace '/' as [\w-]{20}\n")
            self.assertNotIn("> 40", done.err)

    def test_a_server_that_falls_silent_is_given_up(self):
        with ScriptedServer() as server:
            with Held("connect", "--socketio", server.url("/socketio/200")) as client:
                self.assert_run(client.finish(), 28, b"", "wsb: (28) connection: the server is "
                                "silent: no ping within 300ms\n")

    def test_ctrl_c_leaves_in_order(self):
        with SocketioServer() as server:
            client = start_wsb("connect", "--socketio", server.url)
            server.wait_for("connection")
            Reader(client.stdout).wait_for(lambda line: line.startswith("message"))
            client.send_signal(2)
            self.assertEqual(client.wait(harness.DEADLINE), 130)
            self.assertEqual(server.wait_for("disconnect")["reason"],
                             "client namespace disconnect")
            for stream in (client.stdin, client.stdout, client.stderr):
                stream.close()


if __name__ == "__main__":
    harness.main()
