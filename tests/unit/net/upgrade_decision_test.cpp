// core/net/http_peer.h: upgrades that are decided later.

#include <catch2/catch.hpp>

#include "tests/support/server_bench.h"

using namespace wsb;
using namespace wsb::net;
using Events = std::vector<std::string>;

namespace {

struct Note final : Admission {};

// A server that decides later, and a client that has asked.
struct Bench {
  Bench() {
    server.when_handshake = [this] {
      HandshakeDecision decision;
      decision.later = [this](auto answer) { bring = std::move(answer); };
      return decision;
    };
    wire.receive(
        "GET /chat HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
  }

  std::function<void(HandshakeDecision)> bring;
  ServerBench server;
  ScriptedWire& wire = server.accept();
};

}  // namespace

TEST_CASE("an upgrade that is decided later becomes a connection then, with what came behind it") {
  Bench bench;
  REQUIRE(bench.bring);
  CHECK(bench.wire.take_written().empty());
  CHECK(bench.server.pool.stats().requests_open == 1);
  bench.wire.receive(bench.server.frame(ws::Opcode::text, "early"));
  bench.server.advance(std::chrono::minutes(1));
  CHECK(bench.server.take_events() == Events{"handshake /chat "});

  HandshakeDecision decision;
  const auto note = std::make_shared<const Note>();
  decision.admission = note;
  bench.bring(decision);
  CHECK(bench.wire.take_written().starts_with("HTTP/1.1 101 "));
  CHECK(bench.server.take_events() == Events{"open", "message early"});
  CHECK(bench.server.connection().info().admission == note);
  CHECK(bench.server.pool.stats().requests_open == 0);
  bench.wire.receive(bench.server.frame(ws::Opcode::text, "late"));
  CHECK(bench.server.take_events() == Events{"message late"});
}

TEST_CASE("an upgrade that is refused later is answered so, and the connection ends") {
  Bench bench;
  HandshakeDecision decision;
  decision.refusal = HttpResponse{401, {}, nullptr};
  bench.bring(decision);
  CHECK(bench.wire.take_written().starts_with("HTTP/1.1 401 Unauthorized\r\n"));
  CHECK(bench.server.pool.stats().upgrades_refused == 1);
  CHECK(bench.server.pool.stats().requests_open == 0);
}

TEST_CASE("a decision for a client that has gone is ignored") {
  Bench bench;
  bench.server.pool.drop_all();
  CHECK(bench.server.pool.stats().requests_open == 0);
  bench.bring({});
  CHECK(bench.server.take_events() == Events{"handshake /chat "});
}
