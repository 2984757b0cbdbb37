#include "core/app/conformance_apps.h"

#include <catch2/catch.hpp>

#include "tests/unit/app/socketio_stage.h"

namespace wsb::app::serving {

TEST_CASE("the server of the Socket.IO suite says back what it is told") {
  net::FakeRuntime network;
  const auto loop = network.make_loop().value();
  SocketioConformance app(*loop);
  EngineioDoor door({}, *loop, nullptr, app);
  Poller client(door);
  client.post(R"(40{"a":1})");
  CHECK(client.poll().ends_with("\x1e" R"(42["auth",{"a":1}])"));
  client.post(R"(42["message",1,"2"])" "\x1e" R"(427["message-with-ack",[3]])");
  CHECK(client.poll() == R"(200 42["message-back",1,"2"])" "\x1e" R"(437[[3]])");
  client.post("40/other,");
  CHECK(client.poll() == R"(200 44/other,{"message":"Invalid namespace"})");
  Poller silent(door);
  network.advance(1500ms);
  CHECK(silent.poll().starts_with("400 "));
}

TEST_CASE("the server of the Engine.IO suite is an echo, text and binary") {
  net::FakeRuntime network;
  const auto loop = network.make_loop().value();
  EngineioEcho app;
  EngineioDoor door({}, *loop, nullptr, app);
  Poller client(door);
  client.post("4hello\x1e" "bAQI=");
  CHECK(client.poll() == "200 4hello\x1e" "bAQI=");
}

}  // namespace wsb::app::serving
