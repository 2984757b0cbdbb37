#include "core/net/client_pool.h"

#include <catch2/catch.hpp>

#include "tests/support/client_bench.h"

namespace wsb::net {
namespace {

TEST_CASE("a connection is freed at the end of the turn in which it ended, its slot used again") {
  ClientBench bench;
  const ConnectionId first = bench.connection->id();
  bench.connection->abort();
  CHECK(bench.loop().clients().size() == 1);
  bench.turn();
  CHECK(bench.loop().clients().size() == 0);
  CHECK(bench.wire.destroyed);
  ScriptedWire again;
  ConnectConfig config;
  config.url = http::parse_url("ws://server.test/").value();
  Connection& second = bench.loop().clients().connect(config, bench.recorder,
                                                      std::make_unique<ScriptedStream>(again));
  CHECK(second.id().slot == first.slot);
  CHECK(second.id().generation != first.generation);
}

TEST_CASE("dropping all tells every connection once, also one opened meanwhile") {
  struct Reconnector final : ConnectionHandler {
    explicit Reconnector(ClientPool& connections) : pool(connections) {}
    ClientPool& pool;
    ScriptedWire wire;
    int closes = 0;
    bool reconnect = true;
    HandshakeDecision on_handshake(const HandshakeRequest&) override { return {}; }
    void on_open(Connection&) override {}
    void on_message(Connection&, const ws::Message&) override {}
    void on_pong(Connection&, BytesView) override {}
    void on_close(Connection&, const CloseInfo&) override {
      ++closes;
      if (!std::exchange(reconnect, false)) return;
      ConnectConfig config;
      config.url = http::parse_url("ws://server.test/").value();
      pool.connect(config, *this, std::make_unique<ScriptedStream>(wire));
    }
  };
  ClientBench bench;
  Reconnector handler(bench.loop().clients());
  ConnectConfig config;
  config.url = http::parse_url("ws://server.test/").value();
  ScriptedWire wire;
  handler.pool.connect(config, handler, std::make_unique<ScriptedStream>(wire));
  bench.loop().clients().drop_all();
  CHECK(handler.closes == 2);
  CHECK(bench.peer().closes.size() == 1);
  CHECK(bench.loop().clients().size() == 0);
}

}  // namespace
}  // namespace wsb::net
