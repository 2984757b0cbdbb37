#include "core/net/server_peer.h"

#include <catch2/catch.hpp>

#include "tests/support/server_bench.h"

namespace wsb::net {

using namespace std::chrono_literals;

constexpr const char* kLastRequest = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

TEST_CASE("after the last answer our direction ends, and what still comes is read and forgotten") {
  ServerBench bench;
  ScriptedWire& wire = bench.accept();
  wire.receive(kLastRequest);
  CHECK(wire.finished);
  CHECK_FALSE(wire.aborted);
  wire.receive("GET /more HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(bench.events == std::vector<std::string>{"GET / "});
  wire.events->on_end({});
  bench.advance(1s);
  CHECK(wire.destroyed);
  CHECK_FALSE(wire.aborted);
}

TEST_CASE("who does not end his direction is dropped after two seconds, or 16 MiB") {
  ServerBench bench;
  ScriptedWire& slow = bench.accept();
  slow.receive(kLastRequest);
  ScriptedWire& loud = bench.accept();
  loud.receive(kLastRequest);
  const Bytes mebibyte(std::size_t{1} << 20U, 'x');
  for (int i = 0; i < 16; ++i) loud.receive(mebibyte);
  CHECK_FALSE(loud.aborted);
  loud.receive("x");
  CHECK(loud.aborted);
  bench.advance(1900ms);
  CHECK_FALSE(slow.aborted);
  bench.advance(500ms);
  CHECK(slow.aborted);
}

TEST_CASE("an upgrade and its first frames may come in one piece, behind a request") {
  ServerBench bench;
  ScriptedWire& wire = bench.accept();
  wire.receive("GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
               "GET /b HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n" +
               bench.frame(ws::Opcode::text, "early"));
  CHECK(bench.events ==
        std::vector<std::string>{"GET /a ", "handshake /b ", "open", "message early"});
  wire.receive(bench.frame(ws::Opcode::text, "later"));
  CHECK(bench.events.back() == "message later");
}

TEST_CASE("what the stream still holds is given time to leave, if not for ever") {
  ServerBench bench;
  ScriptedWire& wire = bench.accept();
  wire.holds_unsent = true;
  wire.receive(kLastRequest);
  bench.advance(20s);
  CHECK_FALSE(wire.aborted);
  bench.advance(11s);
  CHECK(wire.aborted);
}

}  // namespace wsb::net
