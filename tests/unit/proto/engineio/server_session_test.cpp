#include "core/proto/engineio/server_session.h"

#include <catch2/catch.hpp>

#include "tests/unit/proto/engineio/session_recorder.h"

using namespace wsb;
using namespace wsb::engineio;
using test::Log;

namespace {

const TimePoint kStart{100s};
constexpr std::string_view kOver =
    R"("pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000})";

PacketView text(BytesView data) { return {PacketType::message, false, data}; }
PacketView binary(BytesView data) { return {PacketType::message, true, data}; }

struct Server {
  explicit Server(Transport transport, ServerSessionOptions options = {})
      : session(options, transport, &sink) {
    session.open("sid", kStart);
    opening = sink.take();
  }
  bool post(BytesView body, TimePoint now = kStart) {
    return session.post_opened() && session.post_received(body, now);
  }
  Log take() { return sink.take(); }

  test::SessionRecorder sink;
  ServerSession session;
  Log opening;
};

}  // namespace

TEST_CASE("a session opens with the open packet of its transport") {
  const Server polling(Transport::polling);
  CHECK(polling.opening ==
        Log{R"(poll 0{"sid":"sid","upgrades":["websocket"],)" + std::string(kOver)});
  const Server websocket(Transport::websocket);
  CHECK(websocket.opening == Log{R"(ws 0{"sid":"sid","upgrades":[],)" + std::string(kOver)});
  ServerSessionOptions options;
  options.upgrades = false;
  const Server stays(Transport::polling, options);
  CHECK(stays.opening == Log{R"(poll 0{"sid":"sid","upgrades":[],)" + std::string(kOver)});
}

TEST_CASE("a poll is answered at once when something waits, and held otherwise") {
  Server server(Transport::polling);
  CHECK(server.session.send(text("a")) == SendOutcome::queued);
  CHECK(server.session.send(binary("\x01\x02\x03\x04")) == SendOutcome::queued);
  CHECK(server.session.queued_bytes() == 12);
  CHECK(server.take().empty());
  CHECK(server.session.poll_opened());
  CHECK(server.take() == Log{"poll 4a|bAQIDBA=="});
  CHECK(server.session.queued_bytes() == 0);

  CHECK(server.session.poll_opened());
  CHECK(server.take().empty());
  CHECK(server.session.has_open_poll());
  server.session.send(text("b"));
  server.session.send(text("c"));
  CHECK(server.take() == Log{"poll 4b"});
  CHECK(server.session.poll_opened());
  CHECK(server.take() == Log{"poll 4c"});
}

TEST_CASE("what is enqueued in one turn goes into one answer") {
  Server server(Transport::polling);
  CHECK(server.session.poll_opened());
  const PacketView event[] = {text("51-[1]"), binary("x")};
  CHECK(server.session.enqueue(event) == SendOutcome::queued);
  CHECK(server.session.enqueue({event, 1}) == SendOutcome::queued);
  CHECK(server.take().empty());
  server.session.flush();
  server.session.flush();
  CHECK(server.take() == Log{"poll 451-[1]|beA==|451-[1]"});
}

TEST_CASE("the packets of a POST are delivered in order") {
  Server server(Transport::polling);
  CHECK(
      server.post("4a\x1E"
                  "bAQ==\x1E"
                  "4b"));
  CHECK(server.take() == Log{"got a", "got binary \x01", "got b"});
  CHECK(
      server.post("0\x1E"
                  "5\x1E"
                  "6\x1E"
                  "3\x1E"
                  "4"));  // no meaning, as in the reference
  CHECK(server.take() == Log{"got "});
}

TEST_CASE("answers to one POST go into one answer of the poll") {
  Server server(Transport::polling);
  server.sink.on_deliver = [&server](BytesView data) {
    const PacketView echo = text(data);
    server.session.enqueue({&echo, 1});
  };
  CHECK(server.session.poll_opened());
  CHECK(
      server.post("4a\x1E"
                  "4b"));
  CHECK(server.take() == Log{"got a", "got b", "poll 4a|4b"});
}

TEST_CASE("a POST that cannot be decoded ends the session") {
  for (const std::string_view body : {"", "abc", "4a\x1E", "b!", "4\xFF"}) {
    CAPTURE(body);
    Server server(Transport::polling);
    CHECK_FALSE(server.post(body));
    CHECK(server.take() == Log{"closed: parse error"});
    CHECK(server.session.is_closed());
    CHECK_FALSE(server.session.poll_opened());
    CHECK_FALSE(server.session.post_opened());
    CHECK(server.session.send(text("x")) == SendOutcome::closed);
    CHECK_FALSE(server.session.next_deadline());
  }
  Server pinging(Transport::polling);
  CHECK_FALSE(pinging.post("2"));
  CHECK(pinging.take() == Log{"closed: transport error"});

  ServerSessionOptions options;
  options.max_packets = 2;
  Server limited(Transport::polling, options);
  CHECK(
      limited.post("4\x1E"
                   "4"));
  CHECK_FALSE(
      limited.post("4\x1E"
                   "4\x1E"
                   "4"));
}

TEST_CASE("a second poll while one is open ends the session, which the first is told") {
  Server server(Transport::polling);
  CHECK(server.session.poll_opened());
  CHECK_FALSE(server.session.poll_opened());
  CHECK(server.take() == Log{"poll 1", "closed: transport error"});
  CHECK_FALSE(server.session.poll_opened());
  CHECK(server.take().empty());
}

TEST_CASE("a poll that its client gives up ends the session") {
  Server server(Transport::polling);
  CHECK(server.session.poll_opened());
  server.session.poll_aborted();
  CHECK(server.take() == Log{"closed: transport error"});

  Server answered(Transport::polling);
  answered.session.poll_aborted();  // its answer was on its way
  CHECK(answered.take().empty());
  CHECK(answered.session.is_open());
}

TEST_CASE("a second POST while one is open ends the session") {
  Server server(Transport::polling);
  CHECK(server.session.post_opened());
  CHECK_FALSE(server.session.post_opened());
  CHECK(server.take() == Log{"closed: transport error"});
  CHECK_FALSE(server.session.post_received("4a", kStart));
  CHECK(server.take().empty());
}

TEST_CASE("a POST that is too large leaves the session alive, other failures end it") {
  Server server(Transport::polling);
  CHECK(server.session.post_opened());
  server.session.post_failed(PostFailure::too_large);
  CHECK(server.post("4a"));
  CHECK(server.take() == Log{"got a"});
  CHECK(server.session.post_opened());
  server.session.post_failed(PostFailure::aborted);
  CHECK(server.take() == Log{"closed: transport error"});

  Server other(Transport::polling);
  other.session.post_failed(PostFailure::unusable);
  CHECK(other.take() == Log{"closed: transport error"});
}

TEST_CASE("a WebSocket carries packets both ways") {
  Server server(Transport::websocket);
  server.session.frame_received(false, "4hi", kStart);
  server.session.frame_received(true, "4raw", kStart);
  CHECK(server.session.send(text("x")) == SendOutcome::sent);
  CHECK(server.session.send(binary("y")) == SendOutcome::sent);
  CHECK(server.take() == Log{"got hi", "got binary 4raw", "ws 4x", "ws binary y"});
  CHECK_FALSE(server.session.poll_opened());
  CHECK_FALSE(server.session.post_opened());
  CHECK(server.session.is_open());
}

TEST_CASE("a WebSocket that says what it must not is closed") {
  const std::pair<std::string_view, std::string> cases[] = {
      {"abc", "parse error"},   {"", "parse error"},           {"7", "parse error"},
      {"2", "transport error"}, {"2probe", "transport error"}, {"1", "transport close"},
  };
  for (const auto& [payload, reason] : cases) {
    CAPTURE(payload);
    Server server(Transport::websocket);
    server.session.frame_received(false, payload, kStart);
    CHECK(server.take() == Log{"ws end: " + reason, "closed: " + reason});
    server.session.frame_received(false, "4late", kStart);
    server.session.websocket_closed();
    CHECK(server.take().empty());
  }
}

TEST_CASE("a WebSocket that is lost ends the session") {
  Server server(Transport::websocket);
  server.session.websocket_closed();
  server.session.websocket_closed();
  CHECK(server.take() == Log{"closed: transport close"});
}

TEST_CASE("the server pings and the next interval begins with the pong") {
  for (const Transport transport : {Transport::polling, Transport::websocket}) {
    Server server(transport);
    const bool polling = transport == Transport::polling;
    CHECK(server.session.next_deadline() == kStart + 25s);
    if (polling) CHECK(server.session.poll_opened());
    server.session.tick(kStart + 24999ms);
    CHECK(server.take().empty());
    server.session.tick(kStart + 25s);
    CHECK(server.take() == Log{polling ? "poll 2" : "ws 2"});
    CHECK(server.session.next_deadline() == kStart + 45s);
    if (polling) {
      CHECK(server.post("3", kStart + 26s));
    } else {
      server.session.frame_received(false, "3", kStart + 26s);
    }
    CHECK(server.session.next_deadline() == kStart + 51s);
    server.session.tick(kStart + 45s);
    CHECK(server.take().empty());
    CHECK(server.session.is_open());
  }
}

TEST_CASE("a client without a pong is given up") {
  Server websocket(Transport::websocket);
  websocket.session.tick(kStart + 25s);
  websocket.session.frame_received(false, "4data is no pong", kStart + 26s);
  websocket.take();
  websocket.session.tick(kStart + 44999ms);
  CHECK(websocket.take().empty());
  websocket.session.tick(kStart + 45s);
  CHECK(websocket.take() == Log{"ws end: ping timeout", "closed: ping timeout"});
  CHECK_FALSE(websocket.session.next_deadline());

  Server polling(Transport::polling);
  polling.session.tick(kStart + 25s);
  CHECK(polling.session.poll_opened());
  CHECK(polling.session.poll_opened());
  CHECK(polling.take() == Log{"poll 2"});
  polling.session.tick(kStart + 45s);
  CHECK(polling.take() == Log{"poll 1", "closed: ping timeout"});
}

TEST_CASE("a pong that was not asked for changes nothing") {
  Server server(Transport::websocket);
  server.session.frame_received(false, "3", kStart + 20s);
  CHECK(server.session.next_deadline() == kStart + 25s);
}

TEST_CASE("a client that says close by POST ends the session, and its poll") {
  Server server(Transport::polling);
  CHECK(server.session.poll_opened());
  CHECK(
      server.post("4last\x1E"
                  "1\x1E"
                  "4after"));
  CHECK(server.take() == Log{"got last", "poll 6", "closed: transport close"});
  CHECK_FALSE(server.session.poll_opened());
}

TEST_CASE("our close goes into the answer of the open poll") {
  Server server(Transport::polling);
  CHECK(server.session.poll_opened());
  server.session.close(CloseReason::forced_close, kStart);
  CHECK(server.take() == Log{"poll 1", "closed: forced close"});
  server.session.close(CloseReason::forced_close, kStart);
  CHECK(server.take().empty());
}

TEST_CASE("after our close what was queued waits for a poll, for so long") {
  Server server(Transport::polling);
  server.session.send(text("last words"));
  server.session.close(CloseReason::forced_close, kStart);
  CHECK(server.take().empty());
  CHECK_FALSE(server.session.is_open());
  CHECK(server.session.send(text("x")) == SendOutcome::closed);
  CHECK(server.post("4ignored"));
  CHECK(server.session.next_deadline() == kStart + 30s);
  server.session.tick(kStart + 29s);
  CHECK(server.session.poll_opened());
  CHECK(server.take() == Log{"poll 4last words|1", "closed: forced close"});
  CHECK_FALSE(server.session.poll_opened());

  Server forgotten(Transport::polling);
  forgotten.session.send(text("last words"));
  forgotten.session.close(CloseReason::forced_close, kStart);
  forgotten.session.tick(kStart + 30s);
  CHECK(forgotten.take() == Log{"closed: forced close"});
  CHECK(forgotten.session.queued_bytes() == 0);
}

TEST_CASE("our close over a WebSocket and an abort are at once") {
  Server server(Transport::websocket);
  server.session.close(CloseReason::forced_close, kStart);
  CHECK(server.take() == Log{"ws end: forced close", "closed: forced close"});

  Server aborted(Transport::polling);
  aborted.session.send(text("dropped"));
  aborted.session.abort(CloseReason::queue_full);
  CHECK(aborted.take() == Log{"closed: queue full"});
}

TEST_CASE("the queue of a polling client is bounded by its bytes") {
  ServerSessionOptions options;
  options.max_queue_bytes = 10;
  Server server(Transport::polling, options);
  CHECK(server.session.send(text("12345678")) == SendOutcome::queued);
  CHECK(server.session.send(text("")) == SendOutcome::queue_full);
  CHECK(server.session.queued_bytes() == 9);
  server.session.tick(kStart + 25s);  // a ping has room always
  CHECK(server.session.poll_opened());
  CHECK(server.take() == Log{"poll 412345678|2"});

  // All or nothing: a header without its attachment would be worse than none.
  const PacketView event[] = {text("51-"), binary("too long")};
  CHECK(server.session.enqueue(event) == SendOutcome::queue_full);
  CHECK(server.session.queued_bytes() == 0);
  CHECK(server.session.enqueue({event, 1}) == SendOutcome::queued);

  // What an open poll takes along need not wait.
  CHECK(server.session.poll_opened());
  CHECK(server.session.poll_opened());
  CHECK(server.session.send(text("longer than the queue")) == SendOutcome::queued);
  CHECK(server.take() == Log{"poll 451-", "poll 4longer than the queue"});
}

TEST_CASE("an application may end the session while it is delivered to") {
  Server server(Transport::polling);
  CHECK(server.session.poll_opened());
  server.sink.on_deliver = [&server](BytesView) {
    server.session.close(CloseReason::forced_close, kStart);
  };
  CHECK(
      server.post("4a\x1E"
                  "4b"));
  CHECK(server.take() == Log{"got a", "poll 1", "closed: forced close"});
}

TEST_CASE("a client that could not answer its ping is asked anew") {
  Server server(Transport::polling);
  server.session.excuse_pong(kStart + 10s);  // it owes nothing
  CHECK(server.session.next_deadline() == kStart + 25s);
  server.session.tick(kStart + 25s);
  CHECK(server.session.poll_opened());
  CHECK(server.take() == Log{"poll 2"});
  CHECK(server.session.next_deadline() == kStart + 45s);
  server.session.excuse_pong(kStart + 44s);
  CHECK(server.session.next_deadline() == kStart + 44s);
  server.session.tick(kStart + 44s);
  CHECK(server.session.poll_opened());
  CHECK(server.take() == Log{"poll 2"});
  CHECK(server.session.next_deadline() == kStart + 64s);
  CHECK(server.post("3\x1e" "3", kStart + 45s));
  CHECK(server.session.next_deadline() == kStart + 70s);
}
