"""Rooms of `wsb serve`: of the URL, and by messages with --rooms."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import harness
import wire
from harness import Serve
from wire import TEXT


def opened(server, query=""):
    peer = wire.open_client(server.port, "/" + query)
    peer.read_message()
    return peer


def envelope(text):
    return TEXT, b'{"type":"broadcast","payload":"' + text.encode() + b'"}'


class Rooms(harness.TestCase):
    def test_a_client_hears_the_rooms_of_its_url_and_each_message_once(self):
        with Serve("--threads", "3") as server, opened(server, "?room=a") as a, \
                opened(server, "?room=a&room=b") as both, opened(server) as none:
            both.text("one")
            self.assertEqual(a.read_message(), envelope("one"))
            a.text("two")
            self.assertEqual(both.read_message(), envelope("two"))
            a.text("three")
            self.assertEqual(both.read_message(), envelope("three"))
            with opened(server) as other:
                other.text("home")
                self.assertEqual(none.read_message(), envelope("home"))

    def test_rooms_are_joined_and_left_by_messages(self):
        with Serve("--rooms") as server, opened(server) as client, opened(server) as other:
            client.text('{"type":"join","room":"a"}')
            self.assertEqual(client.read_message(), (TEXT, b'{"type":"joined","room":"a"}'))
            other.text('{"type":"publish","room":"a","payload":"hi"}')
            self.assertEqual(client.read_message(), envelope("hi"))
            client.text('{"type":"leave","room":"a"}')
            self.assertEqual(client.read_message(), (TEXT, b'{"type":"left","room":"a"}'))
            client.text('{"type":"join"}')
            self.assertEqual(client.read_message(), (
                TEXT, b'{"type":"error","message":'
                      b'"cannot join: \'room\' is not there or is no string"}'))

    def test_a_bad_room_is_answered_400(self):
        with Serve() as server, wire.connect_tcp(server.port) as sock:
            with wire.Peer(sock) as peer:
                peer.write(wire.upgrade_request(server.port, "/?room="))
                self.assertEqual(peer.read_head().status, 400)
                self.assertEqual(peer.take(30), b"the name of the room is empty\n")

    def test_rooms_and_echo_exclude_each_other(self):
        done = harness.wsb("serve", "--rooms", "--echo")
        self.assertEqual((done.code, done.err),
                         (2, "wsb: serve: --rooms and --echo exclude each other\n"))


if __name__ == "__main__":
    harness.main()
