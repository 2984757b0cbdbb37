"""A server that misbehaves on request: the path of the URL names what it does.

Runs in a thread of the test on a free port; what it saw is kept in `requests` (heads) and told
through `wait_closed` (how each connection ended). Behaviours are the methods named `do_…`.
"""

import asyncio
import queue
import ssl
import struct
import threading
from urllib.parse import unquote_to_bytes

import wire
from wire import BINARY, CLOSE, CONTINUATION, DEADLINE, PING, PONG, TEXT

MIB = 1 << 20


class Session:
    """One connection, after its request head was read."""

    def __init__(self, reader, writer, head):
        self.reader, self.writer, self.head = reader, writer, head
        self.closed_with = None  # the code in the client's Close frame, 1005 for none
        self.messages = []
        self.frames = []

    def write(self, data):
        self.writer.write(data)

    def send(self, opcode, payload=b"", **options):
        payload = payload.encode() if isinstance(payload, str) else payload
        self.write(wire.encode(opcode, payload, **options))

    def close(self, code, reason=""):
        self.send(CLOSE, wire.close_payload(code, reason))

    def upgrade(self, *, accept=None, extra=()):
        key = self.head.get("sec-websocket-key", "")
        lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Accept: {accept or wire.accept_key(key)}"]
        lines += [f"{name}: {value}" for name, value in extra]
        self.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))

    async def read_frame(self):
        first, second = await self.reader.readexactly(2)
        size = second & 0x7F
        if size == 126:
            (size,) = struct.unpack("!H", await self.reader.readexactly(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", await self.reader.readexactly(8))
        mask = await self.reader.readexactly(4) if second & 0x80 else None
        payload = await self.reader.readexactly(size)
        if mask:
            payload = wire.mask_bytes(payload, mask)
        frame = wire.Frame(first & 15, payload, bool(first & 0x80), first & 0x70, mask)
        self.frames.append(frame)
        return frame

    async def messages_until_close(self, answer_pings=True):
        """Yields (opcode, payload); answers pings and the client's Close, then ends."""
        opcode, parts = None, b""
        while True:
            frame = await self.read_frame()
            if frame.opcode == CLOSE:
                codes = struct.unpack("!H", frame.payload[:2]) if frame.payload else (1005,)
                self.closed_with = codes[0]
                self.send(CLOSE, frame.payload)
                return
            if frame.opcode == PING and answer_pings:
                self.send(PONG, frame.payload)
            elif frame.opcode in (TEXT, BINARY, CONTINUATION):
                opcode = frame.opcode or opcode
                parts += frame.payload
                if frame.fin:
                    self.messages.append((opcode, parts))
                    yield opcode, parts
                    parts = b""
            await self.writer.drain()

    async def drain_until_close(self):
        async for _ in self.messages_until_close():
            pass


class ScriptedServer:
    def __init__(self, certificate=None):
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*certificate)
        self.requests = []
        self.ended = queue.Queue()
        self.opened = queue.Queue()
        self.port = 0
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), daemon=True)

    def __enter__(self):
        self._thread.start()
        if not self._ready.wait(DEADLINE):
            raise AssertionError("the scripted server did not start")
        return self

    def __exit__(self, *unused):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(DEADLINE)

    def url(self, path="/echo"):
        return f"{'wss' if self.context else 'ws'}://127.0.0.1:{self.port}{path}"

    def wait_open(self):
        """The next session whose request was read."""
        return self.opened.get(timeout=DEADLINE)

    def wait_closed(self):
        """The next session that ended."""
        return self.ended.get(timeout=DEADLINE)

    async def _main(self):
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._tasks = set()
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.context)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader, writer):
        task = asyncio.current_task()
        self._tasks.add(task)
        session = None
        try:
            first = await reader.readexactly(1)
            if first == b"\x16":  # a TLS client
                writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
                return
            head = wire.Head(first + await reader.readuntil(b"\r\n\r\n"))
            self.requests.append(head)
            session = Session(reader, writer, head)
            self.opened.put(session)
            name, *arguments = head.line.split(" ")[1].split("?")[0].strip("/").split("/")
            await getattr(self, "do_" + name.replace("-", "_"))(session, *arguments)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass
        finally:
            if session:
                self.ended.put(session)
            writer.close()
            self._tasks.discard(task)

    # Well behaved.

    async def do_echo(self, session):
        session.upgrade()
        async for opcode, payload in session.messages_until_close():
            session.send(opcode, payload)

    async def do_sink(self, session):
        session.upgrade()
        await session.drain_until_close()

    async def do_three(self, session):
        session.upgrade()
        for text in ("one", "two", "three"):
            session.send(TEXT, text)
        session.close(1000)
        await session.drain_until_close()

    async def do_head(self, session):
        session.upgrade()
        session.send(TEXT, session.head.raw)
        session.close(1000)
        await session.drain_until_close()

    async def do_choose(self, session, subprotocol):
        session.upgrade(extra=[("Sec-WebSocket-Protocol", subprotocol)])
        session.close(1000)
        await session.drain_until_close()

    async def do_close(self, session, code, reason=""):
        session.upgrade()
        session.close(int(code), unquote_to_bytes(reason))
        await session.drain_until_close()

    async def do_close_empty(self, session):
        session.upgrade()
        session.send(CLOSE)
        await session.drain_until_close()

    async def do_text(self, session):
        """The query as the one text message, percent-decoded into bytes."""
        session.upgrade()
        session.send(TEXT, unquote_to_bytes(session.head.line.split(" ")[1].partition("?")[2]))
        session.close(1000)
        await session.drain_until_close()

    async def do_binary(self, session, size):
        session.upgrade()
        session.send(BINARY, pattern(int(size)))
        session.close(1000)
        await session.drain_until_close()

    async def do_fragments(self, session):
        session.upgrade()
        session.send(TEXT, "frag", fin=False)
        session.send(PING, b"between")
        session.send(CONTINUATION, "ment", fin=False)
        session.send(CONTINUATION, "ed")
        await session.drain_until_close()

    async def do_pings(self, session):
        """Three pings with different payloads; then what the client answered, as text."""
        session.upgrade()
        for payload in (b"a", b"", b"\x00" * 125):
            session.send(PING, payload)
        for _ in range(3):
            frame = await session.read_frame()
            session.send(TEXT, f"{frame.opcode} {len(frame.payload)}")
        session.close(1000)
        await session.drain_until_close()

    async def do_socketio(self, session, milliseconds):
        """Lets a client of Socket.IO in, and sends none of the heartbeats that it promises."""
        session.upgrade()
        session.send(TEXT, '0{"sid":"s","upgrades":[],"pingInterval":%s,"pingTimeout":100}'
                     % milliseconds)
        session.send(TEXT, '40{"sid":"me"}')
        await session.drain_until_close()

    async def do_flood(self, session):
        """Numbers without end, as fast as the client reads them."""
        session.upgrade()
        reading = asyncio.ensure_future(session.drain_until_close())
        number = 0
        while not reading.done():
            session.send(TEXT, str(number))
            number += 1
            await session.writer.drain()
            await asyncio.sleep(0)

    async def do_slow(self, session, milliseconds):
        """Answers each message so much later."""
        session.upgrade()
        loop = asyncio.get_running_loop()
        async for opcode, payload in session.messages_until_close():
            loop.call_later(int(milliseconds) / 1000, session.send, opcode, payload)

    async def do_trickle(self, session, milliseconds):
        """Answers each message, one byte in so many milliseconds; control frames come whole."""
        session.upgrade()
        pieces, write, loop = [], session.write, asyncio.get_running_loop()
        all_sent = asyncio.Event()

        def enqueue(frame):
            pieces.extend([frame] if frame[0] & 8 else [bytes([byte]) for byte in frame])
            all_sent.clear()

        def leave():
            if pieces:
                write(pieces.pop(0))
            else:
                all_sent.set()
            timers[0] = loop.call_later(int(milliseconds) / 1000, leave)

        session.write, timers = enqueue, [loop.call_soon(leave)]
        try:
            async for opcode, payload in session.messages_until_close():
                session.send(opcode, payload)
            await all_sent.wait()
        finally:
            timers[0].cancel()

    # Refusals of the upgrade.

    async def _answer(self, session, status, body, *extra):
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *extra]
        session.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    async def do_401(self, session):
        await self._answer(session, "401 Unauthorized", b'{"error":"token expired"}\n',
                           "WWW-Authenticate: Bearer", "Content-Type: application/json")

    async def do_302(self, session):
        await self._answer(session, "302 Found", b"", "Location: /echo")

    async def do_200(self, session):
        await self._answer(session, "200 OK", b"<p>no WebSocket here</p>")

    async def do_503(self, session):
        body = b"\x1b]0;owned\x07down\n"
        await self._answer(session, "503 Service Unavailable", body)

    async def do_wrong_accept(self, session):
        session.upgrade(accept=wire.accept_key("some other key"))
        await session.reader.read()

    async def do_no_accept(self, session):
        session.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                      b"Connection: Upgrade\r\n\r\n")
        await session.reader.read()

    async def do_wrong_upgrade(self, session):
        key = session.head.get("sec-websocket-key")
        session.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n"
                      b"Sec-WebSocket-Accept: " + wire.accept_key(key).encode() + b"\r\n\r\n")
        await session.reader.read()

    async def do_unoffered_subprotocol(self, session):
        session.upgrade(extra=[("Sec-WebSocket-Protocol", "surprise")])
        await session.reader.read()

    async def do_unoffered_extension(self, session):
        session.upgrade(extra=[("Sec-WebSocket-Extensions", "x-surprise")])
        await session.reader.read()

    async def do_not_http(self, session):
        session.write(b"220 mail.example ESMTP\r\n")
        await session.reader.read()

    async def do_tls_alert(self, session):
        """What a TLS server says to a client that speaks plainly: a fatal protocol_version."""
        session.write(b"\x15\x03\x01\x00\x02\x02\x46")
        await session.reader.read()

    async def do_huge_head(self, session):
        session.write(b"HTTP/1.1 101 Switching Protocols\r\n" + b"X-Filler: " + b"a" * (2 * MIB))
        await session.reader.read()

    # Ends without the closing handshake.

    async def do_hang(self, session):
        await session.reader.read()

    async def do_idle(self, session):
        session.upgrade()
        await session.drain_until_close()

    async def do_mute(self, session):
        """Upgrades, then neither answers pings nor the Close."""
        session.upgrade()
        while True:
            frame = await session.read_frame()
            if frame.opcode == CLOSE:
                session.closed_with = struct.unpack("!H", frame.payload[:2])[0]

    async def do_drop(self, session):
        """Ends TCP right after the request."""

    async def do_eof_at_once(self, session):
        """Upgrades and ends TCP."""
        session.upgrade()

    async def do_eof(self, session):
        session.upgrade()
        session.send(TEXT, "last words")

    async def do_reset(self, session):
        session.upgrade()
        session.send(TEXT, "last words")
        await session.writer.drain()
        await session.read_frame()
        session.writer.transport.abort()

    # Violations of the framing rules.

    async def _violate(self, session, data):
        session.upgrade()
        session.write(data)
        await session.drain_until_close()

    async def do_bad_rsv(self, session):
        await self._violate(session, wire.encode(TEXT, b"x", rsv=wire.RSV2))

    async def do_bad_opcode(self, session):
        await self._violate(session, wire.encode(3, b"x"))

    async def do_bad_mask(self, session):
        await self._violate(session, wire.encode(TEXT, b"x", mask=b"\x01\x02\x03\x04"))

    async def do_bad_utf8(self, session):
        await self._violate(session, wire.encode(TEXT, b"caf\xe9"))

    async def do_bad_ping(self, session):
        await self._violate(session, wire.encode(PING, b"x" * 126))

    async def do_bad_close_code(self, session):
        await self._violate(session, wire.encode(CLOSE, wire.close_payload(1005)))

    async def do_bad_close_length(self, session):
        await self._violate(session, wire.encode(CLOSE, b"\x03"))

    async def do_bad_length(self, session):
        await self._violate(session, wire.encode(TEXT, b"x", form=64))

    async def do_bad_continuation(self, session):
        await self._violate(session, wire.encode(CONTINUATION, b"x"))

    async def do_too_large(self, session):
        await self._violate(session, wire.encode(BINARY, length=1 << 40))


def pattern(size):
    """Bytes in which every value occurs, the newline included."""
    return (bytes(range(256)) * (size // 256 + 1))[:size]
