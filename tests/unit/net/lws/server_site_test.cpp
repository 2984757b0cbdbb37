// What a listener does for all its connections, with a real server on loopback.

#include "core/net/lws/server_site.h"

#include <catch2/catch.hpp>

#include "tests/unit/net/lws/test_client.h"
#include "tests/unit/net/lws/test_server.h"

namespace wsb::net {

TEST_CASE("keepalive pings go to silent peers, and those that do not answer are dropped") {
  TestServer server(ListenConfig{.ping_interval = 250ms, .ping_timeout = 500ms});
  TestClient answering(server.port());
  answering.upgrade();
  TestClient silent(server.port());
  silent.upgrade();
  std::thread talker([&] { CHECK(answering.next() == "done"); });
  CHECK(server.wait_for("close by network 1006 unclean '' the peer does not answer pings"));
  server.publish({"done"});
  talker.join();
  CHECK(server.stats().keepalive_timeouts == 1);
}

TEST_CASE("connections are counted while they are open, and their slots used again") {
  TestServer server;
  for (int round = 0; round < 3; ++round) {
    TestClient first(server.port());
    first.upgrade();
    TestClient second(server.port());
    second.upgrade();
    CHECK(server.stats().open == 2);
    first.send_close(static_cast<std::uint16_t>(4000 + round));
    CHECK(first.wait_close() == std::to_string(4000 + round) + " ");
    CHECK(server.wait_for("close by peer " + std::to_string(4000 + round)));
    CHECK(server.stats().open == 1);
    second.send_close(static_cast<std::uint16_t>(4100 + round));
    CHECK(second.wait_close() == std::to_string(4100 + round) + " ");
    CHECK(server.wait_for("close by peer " + std::to_string(4100 + round)));
  }
  CHECK(server.stats().open == 0);
  CHECK(server.stats().accepted == 6);
  CHECK(server.stats().handshake_failures == 0);
}

TEST_CASE("a connection that never asked for anything is a failed handshake") {
  TestServer server;
  { const TestClient nobody(server.port()); }
  TestClient after(server.port());
  after.upgrade();
  CHECK(server.eventually([&] { return server.stats().handshake_failures == 1; }));
}

}  // namespace wsb::net
