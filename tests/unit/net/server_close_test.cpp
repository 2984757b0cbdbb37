// How a server's connection ends (RFC 6455 §7); see server_connection.h.

#include <catch2/catch.hpp>

#include "core/net/server_connection.h"
#include "tests/support/server_bench.h"

namespace wsb::net {

using Lines = std::vector<std::string>;
using namespace std::chrono_literals;

TEST_CASE("the peer's Close is answered with its code, and our direction ends") {
  constexpr std::uint16_t kCodes[] = {1000, 1001, 1011, 1012, 1013, 1014, 3000, 4999};
  for (const std::uint16_t code : kCodes) {
    ServerBench bench;
    ScriptedWire& wire = bench.open();
    bench.take_events();
    wire.receive(bench.close_frame(code, "bye") + bench.frame(ws::Opcode::text, "too late"));
    CHECK(FrameReader().read(wire.written) == Lines{"close " + std::to_string(code) + " "});
    CHECK(wire.finished);
    CHECK(bench.take_events() == Lines{"closed by peer " + std::to_string(code) + " clean"});
  }
}

TEST_CASE("our Close waits for what is queued, and the peer's answer ends it") {
  ServerBench bench;
  ScriptedWire& wire = bench.open();
  Connection& connection = bench.connection();
  bench.take_events();
  wire.room = 3;
  CHECK(connection.send(ws::Opcode::text, "before", false) == SendStatus::queued);
  connection.close(4000, "enough");
  CHECK(connection.send(ws::Opcode::text, "after", false) == SendStatus::closed);
  wire.room = 1000;
  wire.events->on_writable();
  CHECK(FrameReader().read(wire.take_written()) == Lines{"text before", "close 4000 enough"});
  CHECK(bench.take_events().empty());
  wire.receive(bench.close_frame(4000));
  CHECK(bench.take_events() == Lines{"closed by local 4000 clean"});
  CHECK(wire.written.empty());
  CHECK(wire.finished);
}

TEST_CASE("who does not answer our Close is dropped after the close timeout") {
  ServerBench bench;
  ScriptedWire& wire = bench.open();
  bench.take_events();
  bench.connection().close(1001, "");
  bench.advance(4s);
  CHECK_FALSE(wire.aborted);
  bench.advance(2s);
  CHECK(wire.aborted);
  CHECK(bench.take_events() == Lines{"closed by local 1006 unclean"});
}

TEST_CASE("a broken frame behind our Close brings no second Close") {
  ServerBench bench;
  ScriptedWire& wire = bench.open();
  bench.take_events();
  bench.connection().close(1001, "");
  CHECK(FrameReader().read(wire.take_written()) == Lines{"close 1001 "});
  wire.receive("\x81\x01x");
  CHECK(wire.written.empty());
  CHECK(wire.finished);
  CHECK(bench.take_events() == Lines{"closed by local 1001 unclean"});
}

TEST_CASE("a broken frame ends the frame under way and then the connection") {
  ServerBench bench;
  ScriptedWire& wire = bench.open();
  BatchBuilder builder;
  builder.append({}, ws::Opcode::text, "under way");
  builder.append({}, ws::Opcode::text, "of the same write");
  const BatchRef batch = builder.freeze();
  wire.room = 4;
  CHECK(bench.connection().send(batch, 0, batch->segment_count()) == SendStatus::queued);
  CHECK(bench.connection().send(ws::Opcode::text, "queued", false) == SendStatus::queued);
  wire.receive("\x81\x01x");
  wire.room = 1000;
  wire.events->on_writable();
  const Lines read = FrameReader().read(wire.written);
  REQUIRE(read.size() == 3);
  CHECK(read[0] == "text under way");
  CHECK(read[1] == "text of the same write");
  CHECK(read[2].starts_with("close 1002 "));
  CHECK(wire.finished);
  CHECK(bench.pool.stats().protocol_errors == 1);
}

TEST_CASE("aborting from inside on_message tells the end later, once, and reads no more") {
  ServerBench bench;
  ScriptedWire& wire = bench.open();
  bench.when_message = [](Connection& connection, const ws::Message&) { connection.abort(); };
  bench.take_events();
  wire.receive(bench.frame(ws::Opcode::text, "1") + bench.frame(ws::Opcode::text, "2"));
  CHECK(bench.take_events() == Lines{"message 1"});
  CHECK(wire.aborted);
  bench.connection().abort();
  bench.advance(1ms);
  CHECK(bench.take_events() == Lines{"closed by local 1006 unclean"});
  bench.advance(1s);
  CHECK(wire.destroyed);
}

TEST_CASE("closing and aborting from inside on_open") {
  ServerBench bench;
  bench.when_open = [](Connection& connection) { connection.close(1008, "no"); };
  ScriptedWire& closed = bench.accept();
  const std::string upgrade =
      "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
  closed.receive(upgrade + bench.frame(ws::Opcode::text, "early"));
  CHECK(closed.written.ends_with(std::string("\x88\x04\x03\xf0no", 6)));
  bench.when_open = [](Connection& connection) { connection.abort(); };
  ScriptedWire& aborted = bench.accept();
  aborted.receive(upgrade + bench.frame(ws::Opcode::text, "early"));
  CHECK(aborted.aborted);
  bench.advance(1ms);
  CHECK(bench.events ==
        Lines{"handshake / ", "open", "handshake / ", "open", "closed by local 1006 unclean"});
}

TEST_CASE("TCP that ends without a Close is told as the network's doing") {
  ServerBench bench;
  ScriptedWire& wire = bench.open();
  bench.take_events();
  wire.events->on_end({});
  CHECK(bench.take_events() == Lines{"closed by network 1006 unclean"});
  bench.advance(1s);
  CHECK(wire.destroyed);
}

}  // namespace wsb::net
