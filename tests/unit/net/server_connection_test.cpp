#include "core/net/server_connection.h"

#include <catch2/catch.hpp>

#include "tests/support/server_bench.h"

namespace wsb::net {
namespace {

using Lines = std::vector<std::string>;
using namespace std::chrono_literals;

BatchRef batch_of(const std::vector<std::string>& messages) {
  BatchBuilder builder;
  for (const std::string& message : messages) builder.append({}, ws::Opcode::text, message);
  return builder.freeze();
}

// The peer takes `step` bytes at a time until nothing more is written.
Bytes drain(ScriptedWire& wire, std::size_t step) {
  while (true) {
    const std::size_t before = wire.written.size();
    wire.room = step;
    wire.events->on_writable();
    if (wire.written.size() == before) break;
  }
  return wire.take_written();
}

}  // namespace

TEST_CASE("answers to what came in one read leave in one write, pongs in their place") {
  ServerBench bench;
  bench.when_message = [](Connection& connection, const ws::Message& message) {
    CHECK(connection.send(message.opcode, message.payload, false) == SendStatus::sent);
  };
  ScriptedWire& wire = bench.open();
  const int before = wire.writes;
  wire.receive(bench.frame(ws::Opcode::text, "one") + bench.frame(ws::Opcode::ping, "p") +
               bench.frame(ws::Opcode::text, "two"));
  CHECK(wire.writes == before + 1);
  CHECK(FrameReader().read(wire.written) == Lines{"text one", "pong p", "text two"});
}

TEST_CASE("what a slow peer takes in pieces arrives whole and in order, whatever the pieces") {
  const std::string large(300'000, 'L');
  for (const std::size_t step : {std::size_t{1'000}, std::size_t{77'777}, std::size_t{131'072}}) {
    ServerBench bench;
    ScriptedWire& wire = bench.open();
    Connection& connection = bench.connection();
    wire.room = 10;
    for (const std::string& text : {std::string("a long enough one"), large, std::string("b")}) {
      CHECK(connection.send(batch_of({text}), 0, 1) == SendStatus::queued);
    }
    connection.ping("in a gap");
    CHECK(connection.send(ws::Opcode::text, "alone", false) == SendStatus::queued);
    const BatchRef second = batch_of({"c", "d"});
    CHECK(connection.send(second, 0, second->segment_count()) == SendStatus::queued);
    CHECK(connection.stats().backlog_bytes > 300'000);
    Lines read = FrameReader().read(drain(wire, step));
    const auto ping = std::find(read.begin(), read.end(), "ping in a gap");
    REQUIRE(ping != read.end());
    read.erase(ping);
    CHECK((read == Lines{"text a long enough one", "text " + large, "text b", "text alone",
                         "text c", "text d"}));
    CHECK(connection.stats().backlog_bytes == 0);
    CHECK(connection.stats().messages_out == 6);
    CHECK(bench.events.back() == "drained");
  }
}

TEST_CASE("dropping the oldest never tears a frame that is under way, or was about to be") {
  ListenConfig config;
  config.outbox.policy = SlowReaderPolicy::drop_oldest;
  config.outbox.max_bytes = ByteSize{3000};
  for (const std::size_t room : {std::size_t{0}, std::size_t{5}, std::size_t{1004}}) {
    ServerBench bench(config);
    ScriptedWire& wire = bench.open();
    Connection& connection = bench.connection();
    wire.room = room;
    const std::string tail(1000, '.');
    for (int i = 0; i < 10; ++i) {
      const BatchRef batch = batch_of({std::to_string(i) + tail});
      (void)connection.send(batch, 0, 1);
    }
    const Lines read = FrameReader().read(drain(wire, 100));
    REQUIRE(read.size() >= 2);
    CHECK(read.back() == "text 9" + tail);
    for (const std::string& line : read) CHECK(line.ends_with(tail));
    CHECK(connection.stats().dropped_messages + read.size() == 10);
  }
}

TEST_CASE("a slow reader over its limit is closed with 1013 behind the frame under way") {
  ListenConfig config;
  config.outbox.max_bytes = ByteSize{3000};
  ServerBench bench(config);
  ScriptedWire& wire = bench.open();
  Connection& connection = bench.connection();
  wire.room = 5;
  const std::string text(2000, 't');
  const BatchRef batch = batch_of({text});
  CHECK(connection.send(batch, 0, 1) == SendStatus::queued);
  CHECK(connection.send(batch, 0, 1) == SendStatus::queued);
  CHECK(connection.send(batch, 0, 1) == SendStatus::closed);
  CHECK(bench.pool.stats().slow_readers == 1);
  CHECK((FrameReader().read(drain(wire, 100)) ==
         Lines{"text " + text, "close 1013 too slow: the backlog is full"}));
}

TEST_CASE("whoever reads all that is sent inside one call is no slow reader, however much it is") {
  ListenConfig config;
  config.outbox.max_bytes = ByteSize{3000};
  ServerBench bench(config);
  const std::string text(2000, 't');
  bench.when_message = [&](Connection& connection, const ws::Message&) {
    for (int i = 0; i < 10; ++i) {
      CHECK(connection.send(batch_of({text}), 0, 1) != SendStatus::closed);
    }
  };
  ScriptedWire& wire = bench.open();
  wire.receive(bench.frame(ws::Opcode::text, "go"));
  CHECK(FrameReader().read(wire.written).size() == 10);
  CHECK(bench.pool.stats().slow_readers == 0);
}

TEST_CASE("while reading is paused nothing is told, afterwards everything, in order") {
  ServerBench bench;
  ScriptedWire& wire = bench.open();
  bench.when_message = [](Connection& connection, const ws::Message& message) {
    if (message.payload == "1") connection.pause_reading();
  };
  bench.take_events();
  wire.receive(bench.frame(ws::Opcode::text, "0") + bench.frame(ws::Opcode::text, "1") +
               bench.frame(ws::Opcode::text, "2") + bench.frame(ws::Opcode::text, "3"));
  CHECK(bench.take_events() == Lines{"message 0", "message 1"});
  CHECK(wire.paused);
  bench.connection().resume_reading();
  CHECK(bench.take_events().empty());  // not inside the call
  bench.advance(1ms);
  CHECK(bench.take_events() == Lines{"message 2", "message 3"});
  CHECK_FALSE(wire.paused);
}

TEST_CASE("a peer that does not read its pongs is not read from until it does") {
  ServerBench bench;
  ScriptedWire& wire = bench.open();
  wire.room = 0;
  const Bytes ping = bench.frame(ws::Opcode::ping, std::string(125, 'p'));
  int sent = 0;
  for (; sent < 5000 && !wire.paused; ++sent) wire.receive(ping);
  CHECK(wire.paused);
  CHECK(sent < 2000);
  CHECK(bench.connection().stats().backlog_bytes < 2 * limits::kWriteBytes);
  const Lines read = FrameReader().read(drain(wire, 10'000));
  CHECK(read.size() == static_cast<std::size_t>(sent));
  bench.advance(1ms);
  CHECK_FALSE(wire.paused);
  wire.receive(bench.frame(ws::Opcode::text, "on"));
  CHECK(bench.events.back() == "message on");
}

TEST_CASE("the welcome leaves with the answer to the upgrade") {
  ServerBench bench;
  bench.when_open = [](Connection& connection) {
    CHECK(connection.send(ws::Opcode::text, "welcome", false) == SendStatus::sent);
  };
  ScriptedWire& wire = bench.accept();
  wire.receive(
      "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
  CHECK(wire.writes == 1);
  CHECK(wire.written.starts_with("HTTP/1.1 101 "));
  CHECK(wire.written.ends_with("\r\n\r\n\x81\x07welcome"));
}

TEST_CASE("pausing again at once after resuming stops the messages at once too") {
  ServerBench bench;
  ScriptedWire& wire = bench.open();
  bench.when_message = [](Connection& connection, const ws::Message& message) {
    connection.pause_reading();
    if (message.payload == "0") connection.resume_reading();
  };
  bench.take_events();
  Bytes all;
  for (const char* text : {"0", "1", "2", "3"}) all += bench.frame(ws::Opcode::text, text);
  wire.receive(all);
  CHECK(bench.take_events() == Lines{"message 0", "message 1"});
  bench.when_message = nullptr;
  bench.connection().resume_reading();
  bench.advance(1ms);
  CHECK(bench.take_events() == Lines{"message 2", "message 3"});
}

TEST_CASE("a peer that we do not read from is not dropped for its silence") {
  ServerBench bench;
  ScriptedWire& wire = bench.open();
  bench.connection().pause_reading();
  for (int i = 0; i < 10; ++i) bench.advance(30s);
  CHECK_FALSE(wire.aborted);
  bench.connection().resume_reading();
  bench.advance(60s);
  CHECK_FALSE(wire.aborted);
  bench.advance(60s);
  CHECK(wire.aborted);
  CHECK(bench.pool.stats().keepalive_timeouts == 1);
}

}  // namespace wsb::net
