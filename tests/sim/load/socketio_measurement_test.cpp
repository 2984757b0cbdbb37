#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/support/fanout_bed.h"

namespace {

using namespace wsb;
using namespace wsb::load;
using Audience = RelayServer::Audience;
using Fate = RelayServer::Fate;

// The first message of the steady phase: behind five probe messages and one second of warm-up.
constexpr std::uint32_t kFirstSteady = 105;
constexpr std::uint64_t kMessages = 200;
constexpr std::uint64_t kClients = 20;
constexpr std::uint64_t kDeliveries = kMessages * kClients;

RelayServer::Options speaking(RelayServer::Options options = {}) {
  options.socketio = true;
  return options;
}

bool run_all(FanoutBed& bed) {
  bed.config.socketio = std::make_shared<const session::SocketioOptions>();
  return bed.run_all();
}

TEST_CASE("over Socket.IO a fixed delay is the latency, and nobody misses anything") {
  RelayServer::Options options;
  options.delay = 5ms;
  FanoutBed bed(speaking(options));
  REQUIRE(run_all(bed));
  CHECK(bed.run().relay() == RelayShape::others);
  CHECK(bed.sent() == kMessages);
  CHECK(bed.counts().received == kDeliveries);
  CHECK(bed.balance().expected == kDeliveries);
  CHECK(bed.balance().lost == 0);
  CHECK(bed.counts().duplicates == 0);
  CHECK(bed.counts().foreign == 0);
  CHECK(bed.counts().corrupt == 0);
  const auto delivery = bed.delivery();
  for (const double percent : {0.0, 50.0, 99.9, 100.0}) {
    CHECK(delivery.percentile(percent) >= 5100us);
    CHECK(delivery.percentile(percent) <= 5106us);
  }
  CHECK(bed.run().canaries().tally().counts().received == 2 * kMessages);
}

TEST_CASE("over Socket.IO losses, duplicates and reordering are each counted exactly") {
  RelayServer::Options options;
  options.fate = [](std::size_t, const Token& token) {
    if (token.seq < kFirstSteady) return Fate::deliver;
    switch (token.seq % 20) {
      case 3: return Fate::drop;
      case 8: return Fate::twice;
      case 13: return Fate::behind_next;
      default: return Fate::deliver;
    }
  };
  FanoutBed bed(speaking(options));
  REQUIRE(run_all(bed));
  CHECK(bed.balance().lost == kClients * 10);
  CHECK(bed.counts().duplicates == kClients * 10);
  CHECK(bed.counts().reordered == kClients * 10);
  CHECK(bed.counts().received == kDeliveries - kClients * 10);
}

TEST_CASE("over Socket.IO it is found out who gets a message") {
  const struct {
    Audience audience;
    RelayShape shape;
  } cases[] = {{Audience::all, RelayShape::all}, {Audience::self, RelayShape::self}};
  for (const auto& c : cases) {
    RelayServer::Options options;
    options.audience = c.audience;
    FanoutBed bed(speaking(options));
    REQUIRE(run_all(bed));
    CHECK(bed.run().relay() == c.shape);
  }
}

TEST_CASE("over Socket.IO everybody leaves the namespace before the close") {
  FanoutBed bed(speaking());
  REQUIRE(run_all(bed));
  const auto& messages = bed.server.messages();
  CHECK(std::count(messages.begin(), messages.end(), "40") == 23);
  CHECK(std::count(messages.begin(), messages.end(), "41") == 23);
  CHECK(std::all_of(messages.begin(), messages.end(), [](const std::string& text) {
    return text == "40" || text == "41" || text.starts_with(R"(42["broadcast","wsb1.)");
  }));
}

TEST_CASE("over Socket.IO a refused namespace is a failed connection, with the server's words") {
  RelayServer::Options options;
  options.socketio_refusal = R"({"message":"unauthorized","data":{"code":401}})";
  FanoutBed bed(speaking(options));
  REQUIRE(run_all(bed));
  const auto& failed = bed.run().publishers().connects().failed_why();
  REQUIRE(failed.size() == 1);
  CHECK(failed.begin()->first ==
        R"(the server refused namespace '/': unauthorized {"code":401})");
  CHECK_FALSE(bed.run().plan());
}

}  // namespace
