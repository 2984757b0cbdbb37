"""Clients that people already have, against `wsb serve`, over ws:// and wss://."""

import asyncio
import base64
import os
import ssl
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
from harness import DEADLINE, NODE_MODULES, Reader, Serve, environment, over_both, spawn
from node_peer import NodeClient

try:
    import websockets
except ImportError:
    websockets = None

harness.need("python3-websockets", websockets)
harness.need_node_package("wscat")

WELCOME = '{"type":"welcome","message":"Connected to broadcast server!"}'
MIB = 1 << 20


def broadcast(payload):
    return '{"type":"broadcast","payload":' + payload + "}"


def trusting():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def python_client(server, **options):
    if server.tls:
        options["ssl"] = trusting()
    return websockets.connect(server.url, max_size=8 * MIB, open_timeout=DEADLINE, **options)


async def soon(awaitable):
    return await asyncio.wait_for(awaitable, DEADLINE)


class NodeClients(harness.TestCase):
    def pair(self, server, **options):
        first, second = NodeClient(server.url, **options), NodeClient(server.url, **options)
        for client in (first, second):
            self.addCleanup(client.__exit__)
            client.next("open")
            self.assertEqual(client.next_message(), WELCOME)
        return first, second

    @over_both
    def test_text_reaches_the_other_in_an_envelope_and_never_its_sender(self, tls):
        with Serve(tls=tls) as server:
            first, second = self.pair(server)
            first.tell(text="hi")
            self.assertEqual(second.next_message(), broadcast('"hi"'))
            second.tell(text="back")
            self.assertEqual(first.next_message(), broadcast('"back"'))

    @over_both
    def test_binary_stays_binary_and_unchanged(self, tls):
        with Serve(tls=tls) as server:
            first, second = self.pair(server)
            data = bytes(range(256)) * 7
            first.tell(binary=base64.b64encode(data).decode())
            self.assertEqual(second.next_message(), data)
            first.tell(binary="")
            self.assertEqual(second.next_message(), b"")

    @over_both
    def test_one_mebibyte_arrives_whole(self, tls):
        with Serve("--max-message", "2MiB", tls=tls) as server:
            first, second = self.pair(server)
            first.tell(repeat=["0123456789abcdef", MIB // 16])
            self.assertEqual(second.next_message(),
                             broadcast('"' + "0123456789abcdef" * (MIB // 16) + '"'))

    @over_both
    def test_fragments_arrive_as_one_message(self, tls):
        with Serve(tls=tls) as server:
            first, second = self.pair(server)
            first.tell(fragments=["frag", "", "men", "ted"])
            self.assertEqual(second.next_message(), broadcast('"fragmented"'))

    @over_both
    def test_a_ping_is_answered_with_its_payload(self, tls):
        with Serve(tls=tls) as server:
            first, _ = self.pair(server)
            first.tell(ping="are you there")
            self.assertEqual(first.next("pong")["text"], "are you there")

    @over_both
    def test_compression_is_agreed_and_loses_nothing(self, tls):
        with Serve(tls=tls) as server:
            with NodeClient(server.url, deflate={"threshold": 0}) as first, \
                    NodeClient(server.url, deflate=False) as second:
                self.assertEqual(first.next("open")["extensions"], "permessage-deflate")
                self.assertEqual(second.next("open")["extensions"], "")
                self.assertEqual(first.next_message(), WELCOME)
                self.assertEqual(second.next_message(), WELCOME)
                for text in ("a" * 5000, "", "ab" * 3000, "ä" * 2000):
                    first.tell(text=text)
                    self.assertEqual(second.next_message(), broadcast(f'"{text}"'))
                    second.tell(text=text)
                    self.assertEqual(first.next_message(), broadcast(f'"{text}"'))

    @over_both
    def test_the_close_code_and_reason_come_back(self, tls):
        with Serve(tls=tls) as server:
            for code, reason in ((1000, ""), (1001, "going"), (3000, "x"), (4999, "ünïcode")):
                with NodeClient(server.url) as client:
                    client.next("open")
                    client.next("message")
                    client.tell(close=[code, reason])
                    closed = client.next("close")
                    self.assertEqual(closed["code"], code)

    def test_a_message_beyond_the_limit_closes_with_1009(self):
        with Serve("--max-message", "64KiB") as server:
            with NodeClient(server.url) as client:
                client.next("open")
                client.next("message")
                client.tell(repeat=["x", 65537])
                self.assertEqual(client.next("close")["code"], 1009)


class PythonClients(harness.TestCase):
    def run_pair(self, conversation, *arguments, **options):
        """The conversation with two greeted clients, over both transports."""
        async def both(server):
            async with python_client(server, **options) as first, \
                    python_client(server, **options) as second:
                self.assertEqual(await soon(first.recv()), WELCOME)
                self.assertEqual(await soon(second.recv()), WELCOME)
                await conversation(first, second)

        for tls in (False, True):
            with self.subTest(tls=tls), Serve(*arguments, tls=tls) as server:
                asyncio.run(both(server))

    def test_text_binary_and_fragments_reach_the_other(self):
        async def conversation(first, second):
            await first.send("grüße")
            self.assertEqual(await soon(second.recv()), broadcast('"grüße"'))
            await first.send(b"\x00\xff\x80")
            self.assertEqual(await soon(second.recv()), b"\x00\xff\x80")
            await first.send(["one", "two", "three"])
            self.assertEqual(await soon(second.recv()), broadcast('"onetwothree"'))
            await second.send("to the first")
            self.assertEqual(await soon(first.recv()), broadcast('"to the first"'))

        self.run_pair(conversation)

    def test_one_mebibyte_of_binary_arrives_whole(self):
        data = os.urandom(MIB)

        async def conversation(first, second):
            await first.send(data)
            self.assertEqual(await soon(second.recv()), data)

        self.run_pair(conversation)

    def test_empty_messages_in_a_row_keep_the_compressed_stream_whole(self):
        async def conversation(first, second):
            for text in ("", "", "x", "", "y" * 2000, ""):
                await first.send(text)
                self.assertEqual(await soon(second.recv()), broadcast(f'"{text}"'))

        self.run_pair(conversation)

    def test_without_compression_nothing_changes(self):
        async def conversation(first, second):
            await first.send("plain")
            self.assertEqual(await soon(second.recv()), broadcast('"plain"'))

        self.run_pair(conversation, compression=None)

    def test_a_ping_is_answered(self):
        async def conversation(first, second):
            await soon(await first.ping(b"payload"))
            await soon(await second.ping())

        self.run_pair(conversation)

    def test_a_close_is_answered_with_its_code(self):
        async def conversation(first, second):
            await first.close(4001, "enough")
            self.assertEqual(first.close_code, 4001)
            await second.send("still here")
            await second.close()
            self.assertEqual(second.close_code, 1000)

        self.run_pair(conversation)

    def test_with_four_workers_every_client_hears_every_other_in_order(self):
        clients, messages = 12, 20

        async def run(server):
            group = [await soon(python_client(server)) for _ in range(clients)]
            for client in group:
                self.assertEqual(await soon(client.recv()), WELCOME)
            for i in range(messages):
                for n, client in enumerate(group):
                    await client.send(f"{n}:{i}")
            for n, client in enumerate(group):
                heard = [await soon(client.recv()) for _ in range(messages * (clients - 1))]
                for other in range(clients):
                    prefix = broadcast(f'"{other}:')[:-1]
                    wanted = [] if other == n else [
                        broadcast(f'"{other}:{i}"') for i in range(messages)]
                    self.assertEqual([t for t in heard if t.startswith(prefix)], wanted)
            for client in group:
                await client.close()

        for tls in (False, True):
            with self.subTest(tls=tls), Serve("--threads", "4", tls=tls) as server:
                asyncio.run(run(server))


class Wscat(harness.TestCase):
    @over_both
    def test_wscat_sends_and_shows(self, tls):
        with Serve(tls=tls) as server, NodeClient(server.url) as other:
            other.next("open")
            self.assertEqual(other.next_message(), WELCOME)
            command = [os.path.join(NODE_MODULES, "wscat", "bin", "wscat"), "--no-color",
                       "--no-check", "-c", server.url, "-w", "60", "-x", "from wscat"]
            wscat = spawn(["node", *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, env=environment())
            self.addCleanup(wscat.stdin.close)
            self.addCleanup(wscat.wait, DEADLINE)
            self.addCleanup(wscat.kill)
            shown = Reader(wscat.stdout)
            self.addCleanup(wscat.stdout.close)
            self.assertEqual(other.next_message(), broadcast('"from wscat"'))
            other.tell(text="to wscat")
            shown.wait_for(lambda line: WELCOME in line)
            shown.wait_for(lambda line: broadcast('"to wscat"') in line)


if __name__ == "__main__":
    harness.main()
