#include "core/load/paced_connector.h"

#include <catch2/catch.hpp>

#include "tests/support/fake_net.h"
#include "tests/support/relay_server.h"

namespace {

using namespace wsb;
using namespace wsb::load;

// What a group does for its connector, and no more.
class Follower final : public net::ConnectionHandler {
 public:
  net::HandshakeDecision on_handshake(const net::HandshakeRequest&) override { return {}; }
  void on_open(net::Connection& connection) override {
    opened.push_back(connector->index_of(connection.id()));
    connector->settled();
  }
  void on_message(net::Connection&, const ws::Message&) override {}
  void on_pong(net::Connection&, BytesView) override {}
  void on_close(net::Connection& connection, const net::CloseInfo& close) override {
    if (close.phase == net::Phase::open) return;
    failed.push_back(connector->index_of(connection.id()));
    connector->settled();
  }

  PacedConnector* connector = nullptr;
  std::vector<std::size_t> opened;
  std::vector<std::size_t> failed;
};

struct Bed {
  explicit Bed(std::uint16_t port = 0) : server(network, {}) {
    config.connect.url.host = "127.0.0.1";
    config.connect.url.port = port == 0 ? server.port() : port;
    config.positions = {0, 2, 4, 6};
    config.total = 8;
  }
  void start() {
    connector = std::make_unique<PacedConnector>(network, *loop, follower, config);
    follower.connector = connector.get();
    begun = network.now();
    connector->start(begun);
  }

  net::FakeRuntime network;
  RelayServer server;
  PacedConnector::Config config;
  Follower follower;
  std::unique_ptr<PacedConnector> connector;
  std::unique_ptr<net::Loop> loop = network.make_loop().value();
  TimePoint begun{};
};

TEST_CASE("each connection starts at the time of its position in the order of all") {
  Bed bed;
  bed.config.rate = Rate{10};
  bed.start();
  CHECK_FALSE(bed.connector->done());
  REQUIRE(bed.network.run_until([&] { return bed.connector->done(); }));
  CHECK(bed.follower.opened == std::vector<std::size_t>{0, 1, 2, 3});
  const auto& opened = bed.server.opened();
  REQUIRE(opened.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(opened[i] >= bed.begun + i * 200ms);
    CHECK(opened[i] < bed.begun + i * 200ms + 1ms);
  }
}

TEST_CASE("without a rate all start at once") {
  Bed bed;
  bed.start();
  REQUIRE(bed.network.run_until([&] { return bed.connector->done(); }));
  CHECK(bed.server.opened().back() < bed.begun + 1ms);
}

TEST_CASE("no more than the bound are under way, and the rest follow as those settle") {
  Bed bed;
  bed.config.max_under_way = 1;
  bed.start();
  REQUIRE(bed.network.run_until([&] { return bed.connector->done(); }));
  const auto& opened = bed.server.opened();
  REQUIRE(opened.size() == 4);
  for (std::size_t i = 1; i < 4; ++i) CHECK(opened[i] > opened[i - 1]);
}

TEST_CASE("failed connections are settled too") {
  Bed bed(1);
  bed.config.max_under_way = 2;
  bed.start();
  REQUIRE(bed.network.run_until([&] { return bed.connector->done(); }));
  CHECK(bed.follower.failed == std::vector<std::size_t>{0, 1, 2, 3});
  CHECK(bed.follower.opened.empty());
}

TEST_CASE("after cancelling, no further connection is made, and those under way still settle") {
  Bed bed;
  bed.config.rate = Rate{10};
  bed.start();
  bed.connector->cancel();
  CHECK_FALSE(bed.connector->done());
  bed.network.advance(5s);
  CHECK(bed.connector->done());
  CHECK(bed.server.accepted() == 1);
}

TEST_CASE("connections that speak Socket.IO are handed out once they are in the namespace") {
  Bed bed;
  bed.server.options().socketio = true;
  bed.config.socketio = std::make_shared<const session::SocketioOptions>();
  bed.start();
  REQUIRE(bed.network.run_until([&] { return bed.connector->done(); }));
  CHECK(bed.follower.opened == std::vector<std::size_t>{0, 1, 2, 3});
  CHECK(bed.server.messages() == std::vector<std::string>(4, "40"));
}

TEST_CASE("a connector without positions is done at once") {
  Bed bed;
  bed.config.positions = {};
  bed.start();
  CHECK(bed.connector->done());
}

}  // namespace
