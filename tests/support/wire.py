"""WebSocket by hand over a blocking socket: frames as bytes, right or deliberately wrong.

Nothing here is taken from the program under test, so that a mistake there cannot hide here.
Every wait is bounded by DEADLINE; RFC 6455 section numbers refer to the framing rules used.
"""

import base64
import hashlib
import os
import socket
import ssl
import struct
import zlib
from dataclasses import dataclass

DEADLINE = 30.0

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
FIN, RSV1, RSV2, RSV3 = 0x80, 0x40, 0x20, 0x10


class WireError(Exception):
    """The peer did something that the test did not expect."""


@dataclass
class Frame:
    opcode: int
    payload: bytes
    fin: bool = True
    rsv: int = 0
    mask: bytes | None = None


def accept_key(key):
    """RFC 6455 section 4.2.2: the answer to Sec-WebSocket-Key."""
    return base64.b64encode(hashlib.sha1(key.encode() + GUID).digest()).decode()


def mask_bytes(payload, mask):
    repeated = (mask * (len(payload) // 4 + 1))[: len(payload)]
    number = int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")
    return number.to_bytes(len(payload), "big")


def encode(opcode, payload=b"", *, fin=True, rsv=0, mask=None, length=None, form=None):
    """One frame, section 5.2. `length` lies about the payload, `form` forces 7, 16 or 64 bits."""
    size = len(payload) if length is None else length
    if form is None:
        form = 7 if size < 126 else 16 if size < 65536 else 64
    first = bytes([(FIN if fin else 0) | rsv | opcode])
    flag = 0 if mask is None else 0x80
    if form == 7:
        head = first + bytes([flag | size])
    elif form == 16:
        head = first + bytes([flag | 126]) + struct.pack("!H", size)
    else:
        head = first + bytes([flag | 127]) + struct.pack("!Q", size)
    if mask is None:
        return head + payload
    return head + mask + mask_bytes(payload, mask)


def close_payload(code, reason=""):
    return struct.pack("!H", code) + (reason if isinstance(reason, bytes) else reason.encode())


def deflate(data, compressor=None):
    """RFC 7692 section 7.2.1: one message's payload, the tail cut off."""
    if compressor is None:
        compressor = zlib.compressobj(wbits=-15)
    return (compressor.compress(data) + compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]


def inflate(data, decompressor=None):
    if decompressor is None:
        decompressor = zlib.decompressobj(wbits=-15)
    return decompressor.decompress(data + b"\x00\x00\xff\xff")


class Head:
    """The first lines of an HTTP message: start line, status, headers with lower-case names."""

    def __init__(self, raw):
        self.raw = raw
        lines = raw.decode("latin-1").split("\r\n")
        self.line = lines[0]
        self.headers = []
        for line in lines[1:]:
            if line:
                name, _, value = line.partition(":")
                self.headers.append((name.strip().lower(), value.strip()))

    @property
    def status(self):
        return int(self.line.split(" ")[1])

    def get(self, name, default=None):
        return next((v for n, v in self.headers if n == name.lower()), default)


class Peer:
    """One end of a connection. A client end masks, a server end does not."""

    def __init__(self, sock, client=True):
        self.sock = sock
        self.client = client
        self.buffer = bytearray()
        self.head = None
        sock.settimeout(DEADLINE)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.end()

    def end(self):
        try:
            self.sock.close()
        except OSError:
            pass

    def write(self, data):
        self.sock.sendall(data)

    def frame(self, opcode, payload=b"", **options):
        if isinstance(payload, str):
            payload = payload.encode()
        if self.client and "mask" not in options:
            options["mask"] = os.urandom(4)
        return encode(opcode, payload, **options)

    def send(self, opcode, payload=b"", **options):
        self.write(self.frame(opcode, payload, **options))

    def text(self, payload):
        self.send(TEXT, payload)

    def binary(self, payload):
        self.send(BINARY, payload)

    def _fill(self):
        data = self.sock.recv(65536)
        if not data:
            raise EOFError
        self.buffer += data

    def take(self, count):
        while len(self.buffer) < count:
            self._fill()
        data = bytes(self.buffer[:count])
        del self.buffer[:count]
        return data

    def read_head(self):
        while (end := self.buffer.find(b"\r\n\r\n")) < 0:
            self._fill()
        return Head(self.take(end + 4))

    def read_frame(self):
        first, second = self.take(2)
        size = second & 0x7F
        if size == 126:
            (size,) = struct.unpack("!H", self.take(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self.take(8))
        mask = self.take(4) if second & 0x80 else None
        payload = self.take(size)
        if mask:
            payload = mask_bytes(payload, mask)
        return Frame(first & 0x0F, payload, bool(first & FIN), first & 0x70, mask)

    def read_message(self):
        """The next text or binary message as (opcode, payload); a control frame is an error."""
        frame = self.read_frame()
        if frame.opcode not in (TEXT, BINARY):
            raise WireError(f"expected a message, got {frame}")
        payload, opcode = frame.payload, frame.opcode
        while not frame.fin:
            frame = self.read_frame()
            if frame.opcode != CONTINUATION:
                raise WireError(f"expected a continuation, got {frame}")
            payload += frame.payload
        return opcode, payload

    def read_close(self):
        """The code of the Close frame that comes next, 1005 for none; see `read_end`."""
        frame = self.read_frame()
        if frame.opcode != CLOSE:
            raise WireError(f"expected Close, got {frame}")
        if not frame.payload:
            return 1005
        return struct.unpack("!H", frame.payload[:2])[0]

    def read_end(self):
        """Waits for the end of TCP; what still came before it, normally nothing."""
        rest = bytes(self.buffer)
        self.buffer.clear()
        try:
            while data := self.sock.recv(65536):
                rest += data
        except ConnectionResetError:
            pass
        return rest

    def reset(self):
        """Ends TCP with a reset instead of an orderly end."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.end()


def connect_tcp(port, host="127.0.0.1", tls=False):
    sock = socket.create_connection((host, port), timeout=DEADLINE)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        sock = context.wrap_socket(sock, server_hostname="localhost")
    return sock


def upgrade_request(port, path="/", *, key="dGhlIHNhbXBsZSBub25jZQ==", drop=(), extra=()):
    """A correct opening handshake without the headers named in `drop`, with `extra` added."""
    headers = [
        ("Host", f"127.0.0.1:{port}"),
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Key", key),
        ("Sec-WebSocket-Version", "13"),
    ]
    lines = [f"GET {path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers if name not in drop]
    lines += [f"{name}: {value}" for name, value in extra]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def open_client(port, path="/", *, tls=False, extra=()):
    """A connected client; `head` is the server's answer, which must be a correct 101."""
    peer = Peer(connect_tcp(port, tls=tls))
    key = base64.b64encode(os.urandom(16)).decode()
    peer.write(upgrade_request(port, path, key=key, extra=extra))
    peer.head = peer.read_head()
    if peer.head.status != 101 or peer.head.get("sec-websocket-accept") != accept_key(key):
        raise WireError(f"not upgraded: {peer.head.raw!r}")
    return peer
