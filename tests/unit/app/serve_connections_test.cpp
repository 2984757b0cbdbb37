#include "core/app/serve_connections.h"

#include <catch2/catch.hpp>

#include "core/app/conformance_apps.h"
#include "tests/unit/app/socketio_stage.h"

namespace wsb::app::serving {

namespace {

struct Plain final : net::ConnectionHandler {
  net::HandshakeDecision on_handshake(const net::HandshakeRequest&) override {
    ++calls;
    return {};
  }
  void on_open(net::Connection&) override { ++calls; }
  void on_message(net::Connection&, const ws::Message&) override { ++calls; }
  void on_pong(net::Connection&, BytesView) override { ++calls; }
  void on_drained(net::Connection&) override { ++calls; }
  void on_close(net::Connection&, const net::CloseInfo&) override { ++calls; }
  int calls = 0;
};

}  // namespace

TEST_CASE("a WebSocket belongs to the application of its path, and its session's worker") {
  net::FakeRuntime network;
  const auto loop = network.make_loop().value();
  EngineioEcho echo;
  EngineioOptions options;
  options.workers = 4;
  EngineioDoor door(options, *loop, nullptr, echo);
  Plain plain;
  std::vector<std::size_t> taken;
  ServeConnections connections(
      plain, door, [&](std::size_t worker, net::MovedPeer) { taken.push_back(worker); });
  net::KeptWebSocket chat({1, 1}, "/chat");
  const http::Headers headers;
  CHECK_FALSE(connections.on_handshake({"/chat", "", headers, "x", false}).refusal);
  connections.on_open(chat);
  connections.on_message(chat, net::text_message("hi"));
  connections.on_pong(chat, "");
  connections.on_drained(chat);
  connections.on_close(chat, {});
  CHECK(plain.calls == 6);
  CHECK(connections.on_handshake({"/socket.io/", "EIO=9", headers, "x", false}).refusal);
  net::KeptWebSocket socketio({1, 2}, "/socket.io/?EIO=4&transport=websocket");
  connections.on_open(socketio);
  connections.on_message(socketio, net::text_message("4hi"));
  CHECK(socketio.take().back() == "t:4hi");
  CHECK(plain.calls == 6);
  http::Target elsewhere;
  elsewhere.path = "/socket.io/";
  elsewhere.query = "sid=02secret";
  const auto route = connections.on_route(elsewhere);
  REQUIRE(route);
  route({});
  CHECK(taken == std::vector<std::size_t>{2});
  elsewhere.query = "sid=00secret";
  CHECK_FALSE(connections.on_route(elsewhere));
}

}  // namespace wsb::app::serving
