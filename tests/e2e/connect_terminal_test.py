"""`wsb connect` on a terminal: a real pseudo-terminal and a small screen that obeys it."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
from harness import BINARY, DEADLINE, environment, spawn, wait_until
from scripted_server import ScriptedServer
from wire import TEXT

ROWS, COLUMNS = 24, 80


class Screen:
    """What a person sees: printable text, CR, LF, backspace, cursor moves and erasures."""

    ESCAPE = re.compile(r"\x1b\[([?0-9;]*)([A-Za-z])")

    def __init__(self):
        self.lines = [""]
        self.row = self.column = 0
        self.pending = ""

    def feed(self, text):
        text, self.pending, i = self.pending + text, "", 0
        while i < len(text):
            char = text[i]
            if char == "\x1b":
                match = self.ESCAPE.match(text, i)
                if not match:
                    if re.fullmatch(r"\x1b(\[[?0-9;]*)?", text[i:]):
                        self.pending = text[i:]
                        return
                    raise AssertionError(f"an escape sequence that no terminal knows: {text[i:]!r}")
                self.escape(match.group(1), match.group(2))
                i = match.end()
                continue
            self.put(char)
            i += 1

    def put(self, char):
        if char == "\r":
            self.column = 0
        elif char == "\n":
            self.row += 1
            while len(self.lines) <= self.row:
                self.lines.append("")
        elif char == "\b":
            self.column = max(0, self.column - 1)
        elif char == "\x07":
            pass
        else:
            if self.column == COLUMNS:
                self.put("\r")
                self.put("\n")
            line = self.lines[self.row].ljust(self.column)
            self.lines[self.row] = line[: self.column] + char + line[self.column + 1:]
            self.column += 1

    def escape(self, arguments, final):
        number = int(arguments) if arguments.isdigit() else 0
        if final == "K":
            self.lines[self.row] = "" if number == 2 else self.lines[self.row][: self.column]
        elif final == "J":
            self.lines[self.row] = self.lines[self.row][: self.column]
            del self.lines[self.row + 1:]
        elif final in "ABCDG":
            step = max(1, number)
            if final == "A":
                self.row = max(0, self.row - step)
            elif final == "B":
                self.row += step
                while len(self.lines) <= self.row:
                    self.lines.append("")
            elif final == "C":
                self.column = min(COLUMNS - 1, self.column + step)
            elif final == "D":
                self.column = max(0, self.column - step)
            else:
                self.column = step - 1

    def text(self):
        return "\n".join(line.rstrip() for line in self.lines)

    def current(self):
        return self.lines[self.row].rstrip()


class Terminal:
    def __init__(self, *arguments):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.slave = slave
        self.settings = termios.tcgetattr(slave)
        self.flags = fcntl.fcntl(slave, fcntl.F_GETFL)
        self.process = spawn([BINARY, *arguments], stdin=slave, stdout=slave, stderr=slave,
                             env=environment(), start_new_session=True)
        self.screen = Screen()
        self.raw = b""

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.slave)

    def type(self, text):
        os.write(self.master, text.encode())

    def _read(self, seconds):
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        data = os.read(self.master, 65536)
        self.raw += data
        self.screen.feed(data.decode("utf-8", "replace"))
        return True

    def see(self, condition):
        """Reads until the screen meets `condition`."""
        end = time.monotonic() + DEADLINE
        while not condition(self.screen):
            if time.monotonic() > end:
                raise AssertionError(f"not seen; the screen:\n{self.screen.text()}\n{self.raw!r}")
            self._read(0.1)

    def see_line(self, text):
        self.see(lambda screen: text in screen.text().split("\n"))

    def see_prompt(self, text=""):
        self.see(lambda screen: screen.current() == f"> {text}".rstrip())

    def end(self):
        """The exit code, after everything written was read."""
        end = time.monotonic() + DEADLINE
        while self.process.poll() is None and time.monotonic() < end:
            self._read(0.05)
        while self._read(0):
            pass
        return self.process.wait(1)


class Interactive(harness.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = ScriptedServer()
        cls.enterClassContext(cls.server)

    def open(self, path, *options):
        terminal = Terminal("connect", *options, self.server.url(path))
        self.enterContext(terminal)
        self.session = self.server.wait_open()
        terminal.see(lambda screen: "connected to" in screen.text())
        return terminal

    def push(self, text):
        """The server sends a message at this moment."""
        self.server._loop.call_soon_threadsafe(self.session.send, TEXT, text)

    def setUp(self):
        super().setUp()
        while not self.server.opened.empty():
            self.server.opened.get()

    def test_a_typed_line_is_sent_and_the_reply_is_shown(self):
        terminal = self.open("/echo")
        terminal.see_prompt()
        terminal.type("hello\r")
        terminal.see_line("< hello")
        terminal.see_prompt()
        self.assertEqual(self.session.messages, [(TEXT, b"hello")])

    def test_a_typed_line_is_an_event_of_socketio_and_what_is_none_is_not_sent(self):
        terminal = self.open("/socketio/60000", "--socketio")
        terminal.see_prompt()
        terminal.type('chat {"a":\r')
        terminal.see(lambda screen: "not sent: what begins at column 6" in screen.text())
        terminal.type('chat {"a": 1} b\r')
        terminal.see_line('> chat {"a": 1} b')
        wait_until(lambda: (TEXT, b'42["chat",{"a":1},"b"]') in self.session.messages)
        self.push('42["message",{"x":1}]')
        terminal.see_line('< message {"x":1}')
        terminal.see_prompt()

    def test_incoming_text_does_not_destroy_the_half_typed_line(self):
        terminal = self.open("/sink")
        terminal.see_prompt()
        terminal.type("half")
        terminal.see_prompt("half")
        self.push("interruption")
        terminal.see_line("< interruption")
        terminal.see_prompt("half")
        terminal.type(" done\r")
        harness.wait_until(lambda: self.session.messages)
        self.assertEqual(self.session.messages, [(TEXT, b"half done")])

    def test_a_half_typed_line_of_several_rows_survives_too(self):
        terminal = self.open("/sink")
        terminal.see_prompt()
        typed = "".join(chr(97 + i % 26) for i in range(200))
        terminal.type(typed)
        joined = f"> {typed}"
        rows = [joined[i: i + COLUMNS] for i in range(0, len(joined), COLUMNS)]
        terminal.see(lambda screen: screen.text().split("\n")[-len(rows):] == rows)
        self.push("interruption")
        terminal.see_line("< interruption")
        terminal.see(lambda screen: screen.text().split("\n")[-len(rows):] == rows)
        terminal.type("\r")
        harness.wait_until(lambda: self.session.messages)
        self.assertEqual(self.session.messages, [(TEXT, typed.encode())])

    def test_editing_keys_change_the_line_before_it_is_sent(self):
        terminal = self.open("/sink")
        terminal.see_prompt()
        terminal.type("helXlo\x1b[D\x1b[D\x7f\x01>>\x05!")
        terminal.see_prompt(">>hello!")
        terminal.type("\r")
        harness.wait_until(lambda: self.session.messages)
        self.assertEqual(self.session.messages, [(TEXT, b">>hello!")])

    def test_a_line_longer_than_the_kernels_4096_bytes_is_one_message(self):
        terminal = self.open("/sink")
        terminal.see_prompt()
        line = "0123456789" * 600
        for i in range(0, len(line), 500):
            terminal.type(line[i: i + 500])
            terminal._read(0.05)
        terminal.type("\r")
        while not self.session.messages:
            terminal._read(0.05)
        self.assertEqual(self.session.messages, [(TEXT, line.encode())])

    def test_control_characters_of_the_peer_are_shown_not_obeyed(self):
        terminal = self.open("/sink")
        terminal.see_prompt()
        self.push("\x1b]0;owned\x07 \x1b[2J \x9b31m \x00\x08 \x7f end")
        terminal.see(lambda screen: "end" in screen.text())
        for forbidden in (b"\x1b]", b"\x1b[2J", b"\x07", b"\x00", b"\xc2\x9b"):
            self.assertNotIn(forbidden, terminal.raw)

    def test_the_close_of_the_peer_is_told_with_code_and_reason(self):
        with Terminal("connect", self.server.url("/close/1008/%1b%5b31mpolicy")) as terminal:
            self.assertEqual(terminal.end(), 110)
            self.assertIn("1008", terminal.screen.text())
            self.assertIn("policy", terminal.screen.text())
            self.assertNotIn(b"\x1b[31mpolicy", terminal.raw)

    def test_control_d_on_an_empty_line_closes_in_order(self):
        terminal = self.open("/sink")
        terminal.see_prompt()
        terminal.type("\x04")
        self.assertEqual(terminal.end(), 0)
        harness.wait_until(lambda: self.session.closed_with)
        self.assertEqual(self.session.closed_with, 1000)

    def test_control_c_closes_and_gives_130(self):
        terminal = self.open("/sink")
        terminal.see_prompt()
        terminal.type("\x03")
        self.assertEqual(terminal.end(), 130)
        harness.wait_until(lambda: self.session.closed_with)
        self.assertEqual(self.session.closed_with, 1000)

    def test_control_c_works_behind_an_escape_and_in_an_unfinished_paste(self):
        for begun in ("\x1b", "\x1b[", "\x1b[200~half a paste"):
            with self.subTest(begun=begun):
                terminal = self.open("/sink")
                terminal.see_prompt()
                terminal.type(begun + "\x03")
                self.assertEqual(terminal.end(), 130)

    def test_a_line_taller_than_the_screen_is_drawn_as_far_as_it_fits(self):
        terminal = self.open("/sink")
        terminal.see_prompt()
        pasted = "x" * (10 * ROWS * COLUMNS)
        for i in range(0, len(pasted), 1000):
            terminal.type(("" if i else "\x1b[200~") + pasted[i: i + 1000])
            terminal._read(0.01)
        terminal.type("\x1b[201~")
        terminal.see(lambda screen: screen.text().count("x") > (ROWS - 3) * COLUMNS)
        before = len(terminal.raw)
        terminal.type("!")
        terminal.see(lambda screen: screen.current().endswith("!"))
        self.assertLess(len(terminal.raw) - before, ROWS * COLUMNS + 100)
        terminal.type("\r")
        while not self.session.messages:
            terminal._read(0.05)
        self.assertEqual(self.session.messages, [(TEXT, pasted.encode() + b"!")])

    def test_an_empty_line_is_not_sent(self):
        terminal = self.open("/sink")
        terminal.see_prompt()
        terminal.type("\r\rx\r")
        harness.wait_until(lambda: self.session.messages)
        self.assertEqual(self.session.messages, [(TEXT, b"x")])

    def test_the_terminal_is_as_before_however_it_ends(self):
        def by_signal(number):
            return lambda terminal: terminal.process.send_signal(number)

        for name, end in (("^D", lambda t: t.type("\x04")), ("^C", lambda t: t.type("\x03")),
                          ("TERM", by_signal(signal.SIGTERM)), ("HUP", by_signal(signal.SIGHUP)),
                          ("peer", lambda t: self.push_close())):
            with self.subTest(end=name):
                terminal = self.open("/sink")
                terminal.see_prompt()
                terminal.type("half typed" if name != "^D" else "")
                end(terminal)
                terminal.end()
                self.assertEqual(termios.tcgetattr(terminal.slave), terminal.settings)
                self.assertEqual(fcntl.fcntl(terminal.slave, fcntl.F_GETFL), terminal.flags)

    def push_close(self):
        self.server._loop.call_soon_threadsafe(self.session.close, 1000)


if __name__ == "__main__":
    harness.main()
