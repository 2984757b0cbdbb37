#include "core/load/publisher_group.h"

#include <catch2/catch.hpp>

#include "tests/support/fake_net.h"
#include "tests/support/relay_server.h"

namespace {

using namespace wsb;
using namespace wsb::load;

constexpr std::uint32_t kRun = 5;

struct Bed {
  explicit Bed(std::vector<std::uint32_t> positions = {0},
               RelayServer::Audience audience = RelayServer::Audience::others)
      : server(network, {.audience = audience}) {
    PublisherGroup::Config config;
    config.connector.connect.url.host = "127.0.0.1";
    config.connector.connect.url.port = server.port();
    config.connector.total = positions.size();
    config.connector.positions = std::move(positions);
    config.run = kRun;
    config.payload_bytes = 80;
    group = std::make_unique<PublisherGroup>(network, *loop, config);
    group->start(network.now());
    REQUIRE(network.run_until([&] { return group->status().connects_done; }));
    network.run_until_idle();
  }
  // 10 messages a second from now; 0.5 s of warm-up, 1 s steady.
  RunPlan begin() {
    const TimePoint start = network.now();
    const RunPlan plan(Rate{10}, static_cast<std::uint32_t>(server.accepted()), start,
                       start + 500ms, start + 1500ms);
    group->begin(plan);
    return plan;
  }
  [[nodiscard]] Token token(std::size_t message) const {
    Token token;
    REQUIRE(find_token(server.messages().at(message), kRun, token) == TokenSearch::found);
    return token;
  }

  net::FakeRuntime network;
  RelayServer server;
  std::unique_ptr<PublisherGroup> group;
  std::unique_ptr<net::Loop> loop = network.make_loop().value();
};

TEST_CASE("every message of the plan leaves at its intended time with its number") {
  Bed bed;
  const auto plan = bed.begin();
  bed.network.advance(3s);
  REQUIRE(bed.server.messages().size() == 15);
  for (std::size_t i = 0; i < 15; ++i) {
    CHECK(bed.token(i) ==
          Token{kRun, 0, static_cast<std::uint32_t>(5 + i), plan.pacer().intended(i), 0us});
  }
  const auto status = bed.group->status();
  CHECK(status.finished);
  CHECK(status.steady_sent == 10);
  CHECK(status.steady_in_window == 10);
  CHECK(status.steady_unsent == 0);
  CHECK(bed.group->send_lag().count() == 10);
}

TEST_CASE("payloads have the size asked for and the same filler behind the token") {
  Bed bed;
  bed.begin();
  bed.network.advance(3s);
  const auto& messages = bed.server.messages();
  CHECK(messages[0].size() == 80);
  CHECK(messages[0].substr(kTokenBytes) == messages[9].substr(kTokenBytes));
  CHECK(messages[0].substr(kTokenBytes).find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz") ==
        std::string::npos);
}

TEST_CASE("a publisher that wakes late sends everything due at once, each with its own lag") {
  Bed bed;
  const TimePoint start = bed.network.now() - 1s;
  bed.group->begin({Rate{10}, 1, start, start, start + 1500ms});
  bed.network.run_until_idle();
  REQUIRE(bed.server.messages().size() == 11);
  CHECK(bed.token(0) == Token{kRun, 0, 5, start, 1s});
  CHECK(bed.token(4) == Token{kRun, 0, 9, start + 400ms, 600ms});
  CHECK(bed.group->send_lag().max() == 1s);
}

TEST_CASE("the probe is five messages from the first connected publisher, 20 ms apart") {
  Bed bed({0, 1});
  bed.server.peer(0)->close(1001, "");
  bed.network.run_until_idle();
  const TimePoint begun = bed.network.now();
  bed.group->probe();
  bed.network.advance(1s);
  REQUIRE(bed.server.messages().size() == 5);
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(bed.token(i) == Token{kRun, 1, static_cast<std::uint32_t>(i), begun + i * 20ms, 0us});
  }
}

TEST_CASE("what comes back to its own publisher is tallied, what others sent is not") {
  Bed bed({0, 1}, RelayServer::Audience::all);
  bed.begin();
  bed.network.advance(3s);
  CHECK(bed.server.messages().size() == 15);
  CHECK(bed.group->self().counts().received == 10);
  CHECK(bed.group->self().counts().foreign == 0);
  CHECK(bed.group->status().self_received == 10);
}

TEST_CASE("messages of a publisher that lost its connection stay unsent") {
  Bed bed;
  bed.begin();
  bed.network.advance(950ms);
  bed.server.peer(0)->abort();
  bed.network.advance(3s);
  const auto status = bed.group->status();
  CHECK(status.steady_sent == 5);
  CHECK(status.steady_unsent == 0);
  CHECK(status.steady_disconnected == 5);
  CHECK(status.finished);
  CHECK(bed.group->connects().dropped_total() == 1);
}

TEST_CASE("a stopped publisher sends no more, and nothing counts as unsent") {
  Bed bed;
  bed.begin();
  bed.network.advance(950ms);
  bed.group->stop();
  bed.network.advance(3s);
  bed.group->close_all();
  bed.network.run_until_idle();
  const auto status = bed.group->status();
  CHECK(status.steady_sent == 5);
  CHECK(status.steady_unsent == 0);
  CHECK(status.finished);
  CHECK(status.open == 0);
  CHECK(bed.server.messages().size() == 10);
}

TEST_CASE("what leaves after the steady phase is sent, but not within it") {
  Bed bed;
  const TimePoint start = bed.network.now() - 1s;
  bed.group->begin({Rate{10}, 1, start, start, start + 1s});
  bed.network.run_until_idle();
  const auto status = bed.group->status();
  CHECK(status.steady_sent == 10);
  CHECK(status.steady_in_window == 0);
}

TEST_CASE("what is left when all connections were lost is unsent for that reason") {
  Bed bed;
  bed.begin();
  bed.network.advance(950ms);
  bed.group->give_up();
  bed.group->close_all();
  CHECK(bed.group->status().steady_unsent == 0);
  CHECK(bed.group->status().steady_disconnected == 5);
}

TEST_CASE("what is left when the connections are closed is unsent") {
  Bed bed;
  bed.begin();
  bed.network.advance(950ms);
  bed.group->close_all();
  CHECK(bed.group->status().steady_unsent == 5);
}

}  // namespace
