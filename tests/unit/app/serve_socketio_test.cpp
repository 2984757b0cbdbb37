#include "core/app/serve_socketio.h"

#include <catch2/catch.hpp>

#include "tests/unit/app/serve_stage.h"
#include "tests/unit/app/socketio_stage.h"

namespace wsb::app::serving {

TEST_CASE("the application is the one that was asked for, under its path") {
  net::FakeRuntime network;
  const auto loop = network.make_loop().value();
  QuietLog log;
  hub::Inbox inbox({}, [] { return true; });
  hub::Shard shard({session::Encoding::plain, session::Encoding::socketio}, inbox, {});
  AccessGate gate(AccessPolicy::load({}, true).value());
  ClientSlots slots(1, 0);
  ClientLimits limits(*loop, slots, {});
  FakeServer plain(ServeMode::broadcast);
  const net::ListenConfig listen;
  const ServeSocketio::Surroundings around{*loop, shard, gate, limits, log,
                                           *plain.workers[0]->peers, listen};
  SocketioConfig config;
  config.namespaces = {"/chat"};
  {
    ServeSocketio broadcast(config, around, {});
    CHECK(broadcast.door().is_for("/socket.io/"));
    Poller client(broadcast.door());
    client.post("40/chat,");
    CHECK(client.poll().starts_with(R"(200 40/chat,{"sid":")"));
    // The only place is taken.
    CHECK(Poller(broadcast.door()).sid().empty());
  }
  config.conformance = "engineio";
  ServeSocketio echo(config, around, {});
  CHECK(echo.door().is_for("/engine.io/"));
  CHECK_FALSE(echo.door().is_for("/socket.io/"));
  Poller client(echo.door());
  client.post("4echo");
  CHECK(client.poll() == "200 4echo");
}

}  // namespace wsb::app::serving
