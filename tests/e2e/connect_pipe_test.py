"""`wsb connect` in a pipe: what goes in, what comes out, and when it is over."""

import fcntl
import os
import select
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import BINARY, DEADLINE, Held, environment, finish, spawn, start_wsb, wsb
from scripted_server import MIB, ScriptedServer, pattern
from wire import TEXT


def is_asleep(pid):
    for thread in os.listdir("/proc/%d/task" % pid):
        with open("/proc/%d/task/%s/stat" % (pid, thread), encoding="ascii") as file:
            if file.read().rsplit(")", 1)[1].split()[0] != "S":
                return False
    return True


class Pipe(harness.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = ScriptedServer()
        cls.enterClassContext(cls.server)

    def setUp(self):
        super().setUp()
        while not self.server.ended.empty():
            self.server.ended.get()
        while not self.server.opened.empty():
            self.server.opened.get()

    def connect(self, path, *options, **more):
        return wsb("connect", *options, self.server.url(path), **more)

    def sent(self):
        return [payload for _, payload in self.server.wait_closed().messages]

    def test_one_line_is_one_text_message_and_one_message_is_one_line(self):
        finished = self.connect("/echo", input=b"one\ntwo\r\n\n  three \nlast without newline")
        self.assert_run(finished, 0, b"one\ntwo\n\n  three \nlast without newline\n", "")
        session = self.server.wait_closed()
        self.assertEqual(session.messages, [(TEXT, m) for m in (
            b"one", b"two", b"", b"  three ", b"last without newline")])
        self.assertEqual(session.closed_with, 1000)

    def test_only_one_line_end_is_taken_off(self):
        self.connect("/sink", input=b"a\r\r\nb\n\r\n")
        self.assertEqual(self.sent(), [b"a\r", b"b", b""])

    def test_a_line_of_one_mebibyte_is_one_message(self):
        line = b"0123456789abcdef" * (MIB // 16)
        self.assert_run(self.connect("/echo", input=line + b"\n"), 0, line + b"\n", "")
        self.assertEqual(self.sent(), [line])

    def test_a_delayed_reply_still_comes_after_the_end_of_input(self):
        finished = self.connect("/slow/400", input=b"question\n")
        self.assert_run(finished, 0, b"question\n", "")

    def test_a_reply_that_is_still_arriving_is_not_cut(self):
        line = b"0123456789" * 4
        for command in (("--linger", "100ms"), ("--exit-on-eof",)):
            with self.subTest(command=command):
                finished = self.connect("/trickle/20", *command, "--close-timeout", "200ms",
                                        input=line + b"\n")
                self.assert_run(finished, 0, line + b"\n", "")

    def test_the_barrier_ping_comes_after_the_messages_and_before_the_close(self):
        self.connect("/echo", input=b"a\nb\n")
        kinds = [f.opcode for f in self.server.wait_closed().frames]
        self.assertEqual(kinds, [wire.TEXT, wire.TEXT, wire.PING, wire.CLOSE])

    def test_every_client_frame_is_masked_with_its_own_mask(self):
        self.connect("/echo", input=b"a\nb\nc\n")
        masks = [f.mask for f in self.server.wait_closed().frames]
        self.assertNotIn(None, masks)
        self.assertEqual(len(set(masks)), len(masks))

    def test_no_input_at_all_still_receives(self):
        for stdin in (subprocess.DEVNULL, "closed"):
            with self.subTest(stdin=stdin):
                finished = (self.shell("<&-", "/three") if stdin == "closed"
                            else self.connect("/three", stdin=stdin))
                self.assert_run(finished, 0, b"one\ntwo\nthree\n", "")

    def shell(self, redirections, path, script='exec "$0" connect "$1" {}'):
        process = spawn(["/bin/sh", "-c", script.format(redirections), BINARY,
                         self.server.url(path)],
                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return finish(process)

    def test_a_closed_stdout_or_stderr_harms_nothing(self):
        finished = self.shell("2>&-", "/three")
        self.assert_run(finished, 0, b"one\ntwo\nthree\n", "")
        finished = self.shell(">&-", "/close/1000")
        self.assertEqual(finished.code, 0, str(finished))

    def test_a_regular_file_is_an_input_like_any_other(self):
        name = self.write("lines.txt", "a\nb\n")
        with open(name, "rb") as file:
            self.assert_run(self.connect("/echo", stdin=file), 0, b"a\nb\n", "")

    def test_output_into_a_file(self):
        with open(self.path("out"), "wb") as file:
            self.assertEqual(self.connect("/three", stdout=file).code, 0)
        with open(self.path("out"), "rb") as file:
            self.assertEqual(file.read(), b"one\ntwo\nthree\n")

    def test_text_is_written_byte_for_byte_also_control_characters(self):
        finished = self.connect("/text?%1b%5b31mred%00%07%c2%9b", input=b"")
        self.assert_run(finished, 0, b"\x1b[31mred\x00\x07\xc2\x9b\n", "")

    def test_binary_is_written_byte_for_byte_with_one_warning(self):
        finished = self.connect(f"/binary/{MIB}", input=b"")
        self.assertEqual(finished.code, 0)
        self.assertEqual(finished.out, pattern(MIB) + b"\n")
        self.assertEqual(len(finished.err.splitlines()), 1, finished.err)
        self.assertRegex(finished.err, r"^wsb: warning: message 1 \(binary, 1048576 bytes\)")

    def test_a_newline_inside_a_message_is_warned_of_once(self):
        finished = self.connect("/text?a%0ab", input=b"")
        self.assertEqual((finished.code, finished.out), (0, b"a\nb\n"))
        self.assertRegex(finished.err, r"^wsb: warning: message 1 \(text, 3 bytes\).*\n$")

    def test_fragments_are_one_line(self):
        finished = self.connect("/fragments", input=b"")
        self.assert_run(finished, 0, b"fragmented\n", "")

    def test_pings_are_answered_with_their_payload(self):
        with Held("connect", self.server.url("/pings")) as held:
            self.assert_run(held.finish(), 0, b"10 1\n10 0\n10 125\n", "")

    def test_the_peers_close_ends_it_although_stdin_is_still_open(self):
        with Held("connect", self.server.url("/three")) as held:
            self.assert_run(held.finish(), 0, b"one\ntwo\nthree\n", "")
        self.assertEqual(self.server.wait_closed().closed_with, 1000)

    def test_each_message_is_flushed_as_it_comes(self):
        with Held("connect", self.server.url("/echo")) as held:
            for line in (b"first\n", b"second\n"):
                held.type(line)
                self.assertEqual(held.process.stdout.readline(), line)

    def test_what_is_typed_before_the_connection_is_open_is_sent(self):
        with Held("connect", self.server.url("/echo")) as held:
            held.type(b"early\n")
            self.assertEqual(held.process.stdout.readline(), b"early\n")

    def test_head_ends_it_quietly_with_a_close(self):
        script = '{ "$0" connect "$1"; echo "$?" >&3; } 3>"$2" | head -n 1'
        process = spawn(["/bin/sh", "-c", script, BINARY, self.server.url("/flood"),
                         self.path("code")],
                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assert_run(finish(process), 0, b"0\n", "")
        with open(self.path("code"), encoding="ascii") as file:
            self.assertEqual(file.read(), "141\n")
        self.assertEqual(self.server.wait_closed().closed_with, 1000)

    def test_a_reader_that_leaves_much_unread_ends_it(self):
        reader, writer = os.pipe()
        process = spawn([BINARY, "connect", self.server.url("/flood")], stdin=subprocess.DEVNULL,
                        stdout=writer, stderr=subprocess.PIPE)
        # The pipe is full and wsb waits: it has taken in as much as it may.
        harness.wait_until(lambda: not select.select([], [writer], [], 0)[1])
        harness.wait_until(lambda: is_asleep(process.pid))
        os.close(writer)
        os.close(reader)
        finished = finish(process)
        self.assertEqual((finished.code, finished.err), (141, ""))
        self.assertEqual(self.server.wait_closed().closed_with, 1000)

    def test_a_fast_writer_and_a_slow_reader_lose_nothing(self):
        count = 200000
        process = start_wsb("connect", self.server.url("/echo"))
        text = b"".join(b"line %d of many\n" % i for i in range(count))
        finished = finish(process, text, 2 * DEADLINE)
        self.assertEqual(finished.code, 0)
        self.assertEqual(len(finished.out), len(text))
        self.assertTrue(finished.out == text, "lines were lost, changed or reordered")

    def test_flags_of_the_descriptors_are_unchanged(self):
        reader, writer = os.pipe()
        out_reader, out_writer = os.pipe()
        before = [fcntl.fcntl(fd, fcntl.F_GETFL) for fd in (reader, out_writer)]
        process = spawn([BINARY, "connect", self.server.url("/echo")], stdin=reader,
                        stdout=out_writer, stderr=subprocess.PIPE)
        os.write(writer, b"x\n")
        self.assertEqual(os.read(out_reader, 10), b"x\n")
        during = [fcntl.fcntl(fd, fcntl.F_GETFL) for fd in (reader, out_writer)]
        process.kill()
        finish(process)
        after = [fcntl.fcntl(fd, fcntl.F_GETFL) for fd in (reader, out_writer)]
        for fd in (reader, writer, out_reader, out_writer):
            os.close(fd)
        self.assertEqual(during, before)
        self.assertEqual(after, before)


class Send(harness.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = ScriptedServer()
        cls.enterClassContext(cls.server)

    def send(self, path, *arguments, **more):
        return wsb("send", self.server.url(path), *arguments, **more)

    def test_as_many_replies_as_messages_are_awaited(self):
        self.assert_run(self.send("/echo", "hello"), 0, b"hello\n", "")
        self.assert_run(self.send("/echo", "a", "", "c"), 0, b"a\n\nc\n", "")

    def test_count_decides_when_it_is_enough(self):
        self.assert_run(self.send("/echo", "--count", "1", "a", "b"), 0, b"a\n", "")
        self.assert_run(self.send("/three", "--count", "2", "a"), 0, b"one\ntwo\n", "")

    def test_count_0_proves_that_the_peer_read_everything(self):
        while not self.server.ended.empty():
            self.server.ended.get()
        self.assert_run(self.send("/sink", "--count", "0", "a", "b"), 0, b"", "")
        session = self.server.wait_closed()
        self.assertEqual([p for _, p in session.messages], [b"a", b"b"])
        self.assertEqual(session.closed_with, 1000)

    def test_stdin_is_not_touched_when_there_are_arguments(self):
        script = 'while read -r line; do "$0" send "$1" "<$line>"; done'
        process = spawn(["/bin/sh", "-c", script, BINARY, self.server.url("/echo")],
                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assert_run(finish(process, b"1\n2\n3\n"), 0, b"<1>\n<2>\n<3>\n", "")

    def test_stdin_is_the_source_without_arguments(self):
        self.assert_run(self.send("/echo", input=b"a\nb\n"), 0, b"a\nb\n", "")
        self.assert_run(self.send("/echo", "-", input=b"a\nb\n"), 0, b"a\nb\n", "")

    def test_the_end_of_input_may_be_the_end_or_leave_it_to_the_server(self):
        with ScriptedServer() as server:
            self.assert_run(wsb("send", "-E", server.url("/sink"), "x"), 0, b"", "")
            self.assertEqual(server.wait_closed().messages, [(TEXT, b"x")])
        self.assert_run(self.send("/three", "-n", "x"), 0, b"one\ntwo\nthree\n", "")

    def test_it_has_no_linger_since_it_waits_for_replies(self):
        self.assert_run(self.send("/echo", "--linger", "1s", "x"), 2, b"",
                        "wsb: send: unknown option '--linger' (see 'wsb send -h')\n")

    def test_files_and_all_of_stdin_are_single_messages(self):
        name = self.write("message.txt", "two\nlines")
        finished = self.send("/echo", "@" + name, "@@literal", "@-", input=b"all\nof it")
        self.assertEqual(finished.code, 0, str(finished))
        self.assertEqual(finished.out, b"two\nlines\n@literal\nall\nof it\n")

    def test_it_works_with_dev_null_a_closed_stdin_and_without_a_session(self):
        for prefix, redirection in (("", "</dev/null"), ("", "<&-"), ("setsid -w ", "<&-")):
            with self.subTest(prefix=prefix, redirection=redirection):
                script = f'{prefix}"$0" send "$1" msg {redirection}'
                process = spawn(["/bin/sh", "-c", script, BINARY, self.server.url("/echo")],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, env=environment())
                self.assert_run(finish(process), 0, b"msg\n", "")

    def test_options_may_follow_and_two_dashes_end_them(self):
        self.assert_run(self.send("/echo", "a", "--count", "1"), 0, b"a\n", "")
        self.assert_run(self.send("/echo", "--", "--count"), 0, b"--count\n", "")


if __name__ == "__main__":
    harness.main()
