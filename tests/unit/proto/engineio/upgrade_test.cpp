#include <catch2/catch.hpp>

#include "core/proto/engineio/server_session.h"
#include "tests/unit/proto/engineio/session_recorder.h"

using namespace wsb;
using namespace wsb::engineio;
using test::Log;

namespace {

const TimePoint kStart{100s};

PacketView text(BytesView data) { return {PacketType::message, false, data}; }
PacketView binary(BytesView data) { return {PacketType::message, true, data}; }

// A session that polls.
struct Server {
  explicit Server(ServerSessionOptions options = {}) : session(options, Transport::polling, &sink) {
    session.open("sid", kStart);
    sink.take();
  }
  void frame(BytesView payload) { session.frame_received(false, payload, kStart); }
  bool post(BytesView body) { return session.post_opened() && session.post_received(body, kStart); }
  void probe() {
    CHECK(session.probe_opened(kStart));
    frame("2probe");
  }
  Log take() { return sink.take(); }

  test::SessionRecorder sink;
  ServerSession session;
};

}  // namespace

TEST_CASE("an upgrade: probe, an end to the open poll, the switch") {
  Server server;
  CHECK(server.session.poll_opened());
  CHECK(server.session.probe_opened(kStart));
  CHECK(server.take().empty());
  server.frame("2probe");
  CHECK(server.take() == Log{"ws 3probe", "poll 6"});
  CHECK(server.session.poll_opened());  // the client had not heard yet
  CHECK(server.take() == Log{"poll 6"});
  server.frame("5");
  CHECK(server.take() == Log{"upgraded"});
  CHECK(server.session.transport() == Transport::websocket);
  server.frame("4hello");
  CHECK(server.session.send(text("x")) == SendOutcome::sent);
  CHECK(server.take() == Log{"got hello", "ws 4x"});
  CHECK_FALSE(server.session.poll_opened());
  CHECK_FALSE(server.session.post_opened());
  CHECK_FALSE(server.session.probe_opened(kStart));
  CHECK(server.session.is_open());
}

TEST_CASE("until the switch packets go over polling, then in order over the WebSocket") {
  Server server;
  server.session.send(text("1"));
  server.probe();
  CHECK(server.take() == Log{"ws 3probe"});
  CHECK(server.session.poll_opened());
  CHECK(server.take() == Log{"poll 41"});
  server.session.send(text("2"));
  server.session.send(binary("\x01"));
  CHECK(server.post("4from the client"));
  server.session.tick(kStart + 5s);
  CHECK(server.take() == Log{"got from the client"});
  server.frame("5");
  CHECK(server.take() == Log{"ws 42", "ws binary \x01", "upgraded"});
  server.session.send(text("3"));
  CHECK(server.take() == Log{"ws 43"});
}

TEST_CASE("packets that wait for the end of a turn answer the poll that a probe ends") {
  Server server;
  CHECK(server.session.poll_opened());
  const PacketView packet = text("a");
  server.session.enqueue({&packet, 1});
  server.probe();
  CHECK(server.take() == Log{"ws 3probe", "poll 4a"});
}

TEST_CASE("no poll is held between the probe and the switch, whatever the client does") {
  Server server;
  server.probe();
  CHECK(server.session.poll_opened());
  CHECK(server.take() == Log{"ws 3probe", "poll 6"});

  Server impatient;
  CHECK(impatient.session.probe_opened(kStart));
  CHECK(impatient.session.poll_opened());
  const PacketView packet = text("a");
  impatient.frame("2probe");
  CHECK(impatient.session.poll_opened());
  impatient.session.enqueue({&packet, 1});
  impatient.frame("5");
  CHECK(impatient.take() == Log{"ws 3probe", "poll 6", "poll 6", "ws 4a", "upgraded"});
}

TEST_CASE("a POST that was open at the switch is taken still") {
  Server server;
  server.probe();
  CHECK(server.session.post_opened());
  server.frame("5");
  CHECK(server.session.post_received("4late", kStart));
  CHECK(server.take() == Log{"ws 3probe", "upgraded", "got late"});
}

TEST_CASE("a probe that says anything else is closed, polling goes on") {
  for (const std::string_view payload : {"5", "2", "2prob", "4hello", "abc", "", "1", "3probe"}) {
    CAPTURE(payload);
    Server server;
    CHECK(server.session.probe_opened(kStart));
    server.frame(payload);
    CHECK(server.take() == Log{"ws end: transport error"});
    server.frame("2probe");  // still on its way when the probe was closed
    server.session.websocket_closed();
    CHECK(server.take().empty());
    CHECK(server.session.is_open());
    server.session.send(text("x"));
    CHECK(server.session.poll_opened());
    CHECK(server.take() == Log{"poll 4x"});
    server.probe();  // another try
    server.frame("5");
    CHECK(server.take() == Log{"ws 3probe", "upgraded"});
  }
  Server binary_probe;
  CHECK(binary_probe.session.probe_opened(kStart));
  binary_probe.session.frame_received(true, "2probe", kStart);
  CHECK(binary_probe.take() == Log{"ws end: transport error"});
}

TEST_CASE("a probe that is lost or forgotten leaves the session polling") {
  Server lost;
  lost.probe();
  lost.take();
  lost.session.websocket_closed();
  CHECK(lost.take().empty());
  CHECK(lost.session.poll_opened());
  CHECK(lost.take().empty());  // held again: nobody waits for it to end

  Server forgotten;
  forgotten.probe();
  forgotten.take();
  CHECK(forgotten.session.next_deadline() == kStart + 10s);
  forgotten.session.tick(kStart + 9999ms);
  CHECK(forgotten.take().empty());
  forgotten.session.tick(kStart + 10s);
  CHECK(forgotten.take() == Log{"ws end: transport error"});
  CHECK(forgotten.session.next_deadline() == kStart + 25s);
  CHECK(forgotten.session.is_open());
}

TEST_CASE("a second WebSocket is not wanted, nor one where upgrades are off") {
  Server server;
  CHECK(server.session.probe_opened(kStart));
  CHECK_FALSE(server.session.probe_opened(kStart));
  server.frame("2probe");
  CHECK_FALSE(server.session.probe_opened(kStart));
  server.frame("5");
  CHECK_FALSE(server.session.probe_opened(kStart));
  CHECK(server.take() == Log{"ws 3probe", "upgraded"});

  ServerSessionOptions options;
  options.upgrades = false;
  Server stays(options);
  CHECK_FALSE(stays.session.probe_opened(kStart));

  test::SessionRecorder sink;
  ServerSession websocket({}, Transport::websocket, &sink);
  websocket.open("sid", kStart);
  CHECK_FALSE(websocket.probe_opened(kStart));
}

TEST_CASE("heartbeats go on during an upgrade, over whatever is there") {
  Server server;
  server.session.tick(kStart + 25s);  // the ping waits for a poll
  CHECK(server.session.probe_opened(kStart + 25s));
  server.frame("2probe");
  server.frame("5");
  CHECK(server.take() == Log{"ws 3probe", "ws 2", "upgraded"});
  server.session.frame_received(false, "3", kStart + 26s);
  CHECK(server.session.next_deadline() == kStart + 51s);
}

TEST_CASE("the end of a session takes its probe along") {
  Server server;
  server.probe();
  server.take();
  CHECK(server.post("1"));
  CHECK(server.take() == Log{"ws end: transport close", "closed: transport close"});

  Server timeout({25s, 20s, 60s});
  CHECK(timeout.session.probe_opened(kStart + 1s));
  timeout.session.tick(kStart + 25s);
  timeout.session.tick(kStart + 45s);
  CHECK(timeout.take() == Log{"ws end: ping timeout", "closed: ping timeout"});
}

TEST_CASE("our close during an upgrade loses nothing, whichever way the client goes") {
  Server early;
  CHECK(early.session.probe_opened(kStart));
  early.session.send(text("last"));
  early.session.close(CloseReason::forced_close, kStart);
  CHECK(early.take() == Log{"ws end: transport error"});
  CHECK(early.session.poll_opened());
  CHECK(early.take() == Log{"poll 4last|1", "closed: forced close"});

  Server switches;
  switches.probe();
  switches.session.send(text("last"));
  switches.session.close(CloseReason::forced_close, kStart);
  CHECK(switches.take() == Log{"ws 3probe"});
  switches.frame("5");
  CHECK(switches.take() == Log{"ws 4last", "ws end: forced close", "closed: forced close"});

  Server polls;
  polls.probe();
  polls.session.send(text("last"));
  polls.session.close(CloseReason::forced_close, kStart);
  CHECK(polls.session.poll_opened());
  CHECK(polls.take() ==
        Log{"ws 3probe", "poll 4last|1", "ws end: forced close", "closed: forced close"});
}

TEST_CASE("a text that a payload cannot carry ends the session and nothing worse") {
  Server server;
  server.probe();
  server.session.send(text("a\x1Ex"));
  server.take();
  server.frame("5");
  CHECK(server.take() == Log{"ws end: parse error", "closed: parse error"});
}
