#include "core/net/event_connection.h"

#include <catch2/catch.hpp>
#include <cstdio>

#include "tests/support/server_bench.h"

namespace wsb::net {
namespace {

using Lines = std::vector<std::string>;
using namespace std::chrono_literals;

constexpr const char* kGet = "GET /events?room=a HTTP/1.1\r\nHost: x\r\n\r\n";

HttpResponse stream_head() {
  HttpResponse head{200, {{"Content-Type", "text/event-stream"}}, nullptr};
  head.is_event_stream = true;
  return head;
}

struct Listening {
  explicit Listening(const ListenConfig& config = {}, const std::string& request = kGet)
      : bench(config), wire(bench.accept()), pool(bench.pool) {
    bench.hold_requests = true;
    wire.receive(request);
    bench.take_events();
    bench.held.at(0)->respond(stream_head());
  }
  [[nodiscard]] Connection& connection() { return bench.connection(); }
  Lines take_events() { return bench.take_events(); }
  void advance(Duration time) { bench.advance(time); }

  ServerBench bench;
  ScriptedWire& wire;
  ServerPool& pool;
};

BatchRef batch_of(const std::string& text) {
  BatchBuilder builder;
  builder.append({}, ws::Opcode::text, text);
  return builder.freeze();
}

std::string chunk(const std::string& text) {
  char size[32];
  std::snprintf(size, sizeof size, "%zx\r\n", text.size());
  return size + text + "\r\n";
}

ListenConfig with_backlog(std::size_t bytes, SlowReaderPolicy policy) {
  ListenConfig config;
  config.outbox.max_bytes = {bytes};
  config.outbox.policy = policy;
  return config;
}

}  // namespace

TEST_CASE("a stream of events is a connection that only listens") {
  Listening bench;
  CHECK(bench.take_events() == Lines{"open"});
  CHECK(bench.connection().info().events);
  CHECK(bench.connection().info().target == "/events?room=a");
  CHECK(bench.pool.stats().event_streams == 1);
  CHECK(bench.pool.stats().open == 0);
  CHECK(bench.pool.stats().requests_open == 0);
  const Bytes head = bench.wire.take_written();
  CHECK(head.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(head.find("\r\nTransfer-Encoding: chunked\r\n") != Bytes::npos);
  CHECK(head.find("Content-Length") == Bytes::npos);
  CHECK(head.ends_with("\r\n\r\n" + chunk("retry: 2000\n\n")));

  CHECK(bench.connection().send(batch_of("hi"), 0, 1) == SendStatus::sent);
  CHECK(bench.connection().send(ws::Opcode::text, "you", false) == SendStatus::sent);
  CHECK(bench.wire.take_written() == chunk("data: hi\n\n") + chunk("data: you\n\n"));
  CHECK(bench.connection().stats().messages_out == 2);
  bench.wire.receive(kGet);  // nobody reads it
  CHECK(bench.take_events().empty());

  bench.wire.events->on_end({});
  CHECK(bench.take_events() == Lines{"closed by peer 1006 unclean"});
  CHECK(bench.pool.stats().event_streams == 0);
}

TEST_CASE("HTTP/1.0 knows no chunks: the end of the connection ends the stream") {
  Listening bench({}, "GET /events HTTP/1.0\r\n\r\n");
  const Bytes head = bench.wire.take_written();
  CHECK(head.find("chunked") == Bytes::npos);
  CHECK(head.find("\r\nConnection: close\r\n") != Bytes::npos);
  CHECK(head.ends_with("\r\n\r\nretry: 2000\n\n"));
  (void)bench.connection().send(batch_of("hi"), 0, 1);
  bench.connection().close(1001, "going");
  bench.advance(0s);
  CHECK(bench.wire.take_written() == "data: hi\n\n");
  CHECK(bench.wire.finished);
}

TEST_CASE("HEAD is answered with the head, and the connection goes on") {
  for (const char* version : {"1.1", "1.0"}) {
    Listening bench({}, "HEAD /events HTTP/" + std::string(version) + "\r\nHost: x\r\n\r\n");
    CHECK(bench.take_events().empty());
    const Bytes head = bench.wire.take_written();
    CHECK(head.ends_with("\r\n\r\n"));
    CHECK(head.find("Content-Length") == Bytes::npos);
    CHECK(bench.pool.stats().event_streams == 0);
    CHECK(bench.pool.stats().requests_open == 0);
    CHECK(bench.wire.finished == (version == std::string("1.0")));
  }
}

TEST_CASE("what is sent while the stream opens comes behind its head, in one write") {
  ServerBench bench;
  bench.hold_requests = true;
  bench.when_open = [](Connection& connection) { (void)connection.send(batch_of("first"), 0, 1); };
  ScriptedWire& wire = bench.accept();
  wire.receive(kGet);
  bench.held.at(0)->respond(stream_head());
  CHECK(wire.written.ends_with(chunk("retry: 2000\n\n") + chunk("data: first\n\n")));
}

TEST_CASE("silence is broken by a comment, and only silence") {
  Listening bench;
  bench.wire.take_written();
  bench.advance(14s);
  (void)bench.connection().send(batch_of("x"), 0, 1);
  bench.wire.take_written();
  bench.advance(14s);
  CHECK(bench.wire.written.empty());
  bench.advance(2s);
  CHECK(bench.wire.take_written() == chunk(":\n\n"));
  bench.advance(60s);
  CHECK(bench.wire.written.size() == 4 * chunk(":\n\n").size());
}

TEST_CASE("a slow reader gets what waits for it, in order and whole") {
  Listening bench;
  bench.wire.take_written();
  bench.wire.room = 20;
  Bytes want;
  for (int i = 0; i < 50; ++i) {
    const std::string text = "message " + std::to_string(i);
    (void)bench.connection().send(batch_of(text), 0, 1);
    want += chunk("data: " + text + "\n\n");
  }
  CHECK(bench.connection().stats().backlog_bytes == want.size() - 20);
  bench.take_events();
  while (bench.wire.written.size() < want.size()) {
    bench.wire.room = 7;
    bench.wire.events->on_writable();
  }
  CHECK(bench.wire.written == want);
  CHECK(bench.take_events() == Lines{"drained"});
  CHECK(bench.connection().stats().messages_out == 50);
}

TEST_CASE("who does not read is cut off, or loses messages") {
  using enum SlowReaderPolicy;
  for (const SlowReaderPolicy policy : {disconnect, drop_oldest, drop_newest}) {
    Listening bench(with_backlog(100, policy));
    bench.take_events();
    bench.wire.room = 3;
    SendStatus last{};
    for (int i = 0; i < 20; ++i) last = bench.connection().send(batch_of("some text"), 0, 1);
    CHECK(last == (policy == disconnect ? SendStatus::closed : SendStatus::dropped));
    CHECK(bench.take_events().empty());  // not inside a call of its user
    bench.advance(0s);
    if (policy == disconnect) {
      CHECK(bench.take_events() == Lines{"closed by local 1013 unclean"});
      CHECK(bench.wire.finished);
      CHECK(bench.pool.stats().slow_readers == 1);
    } else {
      CHECK(bench.connection().stats().dropped_messages >= 15);
      CHECK(bench.take_events().empty());
    }
  }
}

TEST_CASE("who never reads is cut off by the clock, even if only a comment waits") {
  for (const bool message : {false, true}) {
    Listening bench;
    bench.wire.room = 0;
    bench.take_events();
    if (message) (void)bench.connection().send(batch_of("x"), 0, 1);
    bench.advance(50s);
    CHECK(bench.take_events() == Lines{"closed by local 1013 unclean"});
  }
}

TEST_CASE("an end in order comes behind what is queued, or when its time is over") {
  for (const bool reads : {true, false}) {
    Listening bench;
    bench.wire.take_written();
    bench.take_events();
    bench.wire.room = 0;
    (void)bench.connection().send(batch_of("last"), 0, 1);
    bench.connection().close(1001, "going");
    CHECK(bench.connection().send(batch_of("late"), 0, 1) == SendStatus::closed);
    bench.advance(1s);
    CHECK(bench.take_events().empty());
    if (reads) {
      bench.wire.room = 1000;
      bench.wire.events->on_writable();
      CHECK(bench.wire.written == chunk("data: last\n\n") + "0\r\n\r\n");
      CHECK(bench.wire.finished);
      CHECK(bench.take_events() == Lines{"closed by local 1001 clean"});
    } else {
      bench.advance(5s);
      CHECK(bench.wire.aborted);
      CHECK(bench.take_events() == Lines{"closed by local 1001 clean"});
    }
    bench.advance(60s);
    CHECK(bench.wire.destroyed);
  }
}

TEST_CASE("a stream that is aborted, or dropped with its listener, ends once") {
  Listening bench;
  bench.take_events();
  bench.connection().abort();
  bench.connection().abort();
  CHECK(bench.take_events().empty());
  bench.advance(0s);
  CHECK(bench.wire.aborted);
  CHECK(bench.take_events() == Lines{"closed by local 1006 unclean"});

  Listening other;
  other.take_events();
  other.pool.drop_all();
  CHECK(other.take_events() == Lines{"closed by local 1006 unclean"});
}

TEST_CASE("a client that sends without end instead of listening is cut off") {
  Listening bench;
  bench.take_events();
  const Bytes noise(std::size_t{1} << 20U, 'x');
  for (int i = 0; i < 17; ++i) bench.wire.receive(noise);
  bench.advance(0s);
  CHECK(bench.wire.aborted);
  CHECK(bench.take_events() == Lines{"closed by local 1006 unclean"});
}

}  // namespace wsb::net
