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

RelayServer::Options with_fate(std::function<Fate(std::size_t, const Token&)> fate) {
  RelayServer::Options options;
  options.fate = std::move(fate);
  return options;
}

bool is_within(Duration value, Duration expected) {
  return value >= expected && value <= expected + expected / 1000;
}

TEST_CASE("a server with a fixed delay has that delay at every percentile") {
  RelayServer::Options options;
  options.delay = 5ms;
  FanoutBed bed(options);
  REQUIRE(bed.run_all());
  CHECK(bed.sent() == kMessages);
  CHECK(bed.counts().received == kDeliveries);
  CHECK(bed.balance().expected == kDeliveries);
  CHECK(bed.balance().lost == 0);
  CHECK(bed.counts().duplicates == 0);
  CHECK(bed.counts().reordered == 0);
  CHECK(bed.counts().foreign == 0);
  const auto delivery = bed.delivery();
  // Two links of 50 us.
  for (const double percent : {0.0, 50.0, 90.0, 99.0, 99.9, 100.0}) {
    INFO(percent);
    CHECK(is_within(delivery.percentile(percent), 5100us));
  }
  CHECK(bed.run().publishers().send_lag().max() == 0us);
  CHECK(bed.run().canaries().tally().counts().received == 2 * kMessages);
  CHECK(is_within(bed.run().canaries().tally().delivery().percentile(50), 5100us));
}

TEST_CASE("a server that drops one message in ten to one receiver has lost exactly those") {
  FanoutBed bed(with_fate([](std::size_t receiver, const Token& token) {
    return receiver == 7 && token.seq >= kFirstSteady && token.seq % 10 == 0 ? Fate::drop
                                                                             : Fate::deliver;
  }));
  REQUIRE(bed.run_all());
  CHECK(bed.balance().lost == kMessages / 10);
  CHECK(bed.counts().received == kDeliveries - kMessages / 10);
  CHECK(bed.counts().duplicates == 0);
  CHECK(bed.counts().reordered == 0);
}

TEST_CASE("losses, duplicates and reordering at once are each counted exactly") {
  FanoutBed bed(with_fate([](std::size_t, const Token& token) {
    if (token.seq < kFirstSteady) return Fate::deliver;
    switch (token.seq % 20) {
      case 3: return Fate::drop;
      case 8: return Fate::twice;
      case 13: return Fate::behind_next;
      default: return Fate::deliver;
    }
  }));
  REQUIRE(bed.run_all());
  CHECK(bed.balance().lost == kClients * 10);
  CHECK(bed.counts().duplicates == kClients * 10);
  CHECK(bed.counts().reordered == kClients * 10);
  CHECK(bed.counts().received == kDeliveries - kClients * 10);
}

// 100 messages a second for ten seconds, one second of which the server does nothing: a tenth of
// the messages is delayed, by anything up to a second. Measured from the actual send of a sender
// that waits for its answers, this would be a single slow message.
TEST_CASE("a server frozen for one second in ten shows in the percentiles as it should") {
  FanoutBed bed;
  bed.config.phases.duration = 10s;
  bed.start();
  REQUIRE(bed.run_until_phase(Phase::steady));
  const TimePoint middle = bed.run().plan()->steady_begin() + 5s;
  bed.network.advance(middle - bed.network.now());
  bed.server.freeze_until(middle + 1s);
  REQUIRE(bed.finish());
  CHECK(bed.balance().lost == 0);
  const auto delivery = bed.delivery();
  CHECK(delivery.percentile(50) < 1ms);
  CHECK(delivery.percentile(89) < 1ms);
  CHECK(delivery.percentile(95) > 480ms);
  CHECK(delivery.percentile(95) < 520ms);
  CHECK(delivery.percentile(99) > 880ms);
  CHECK(delivery.percentile(99) < 920ms);
  CHECK(delivery.max() < 1001ms);
}

TEST_CASE("messages that are still under way at the end of the steady phase are waited for") {
  RelayServer::Options options;
  options.delay = 1500ms;
  FanoutBed bed(options);
  REQUIRE(bed.run_all());
  CHECK(bed.balance().lost == 0);
  CHECK(bed.counts().received == kDeliveries);
}

TEST_CASE("what does not come within the drain is lost") {
  FanoutBed bed;
  bed.start();
  REQUIRE(bed.run_until_phase(Phase::steady));
  bed.network.advance(bed.run().plan()->steady_end() - 95ms - bed.network.now());
  bed.server.freeze_until(bed.network.now() + 1h);
  REQUIRE(bed.finish());
  CHECK(bed.balance().lost == 9 * kClients);
  CHECK(bed.phases.back() == Phase::close);
}

TEST_CASE("welcome messages and envelopes do not disturb the account") {
  RelayServer::Options options;
  options.welcome = R"({"type":"welcome","message":"Connected to broadcast server!"})";
  options.envelope = {R"({"type":"broadcast","payload":")", R"("})"};
  FanoutBed bed(options);
  REQUIRE(bed.run_all());
  CHECK(bed.counts().received == kDeliveries);
  CHECK(bed.counts().foreign == 0);
  CHECK(bed.balance().lost == 0);
}

TEST_CASE("whom the server relays to is found out, and copies to the sender are kept apart") {
  const struct {
    Audience audience;
    RelayShape shape;
    std::uint64_t received;
    std::uint64_t self;
  } cases[] = {{Audience::others, RelayShape::others, kDeliveries, 0},
               {Audience::all, RelayShape::all, kDeliveries, kMessages},
               {Audience::self, RelayShape::self, 0, kMessages}};
  for (const auto& each : cases) {
    RelayServer::Options options;
    options.audience = each.audience;
    FanoutBed bed(options);
    REQUIRE(bed.run_all());
    CHECK(bed.run().relay() == each.shape);
    CHECK(bed.run().probe_agreed());
    CHECK(bed.counts().received == each.received);
    CHECK(bed.run().publishers().self().counts().received == each.self);
    CHECK(bed.run().publishers().self().delivery().count() == each.self);
  }
}

TEST_CASE("an answer to nobody ends the run after the probe") {
  RelayServer::Options options;
  options.audience = Audience::nobody;
  FanoutBed bed(options);
  REQUIRE(bed.run_all());
  CHECK(bed.phases == std::vector{Phase::connect, Phase::settle, Phase::probe, Phase::close});
  CHECK_FALSE(bed.run().plan().has_value());
  CHECK(bed.sent() == 0);
  CHECK(bed.server.messages().size() == kProbeMessages);
}

TEST_CASE("two runs on one server do not see each other's messages as their own") {
  FanoutBed bed;
  bed.start();
  REQUIRE(bed.run_until_phase(Phase::steady));
  // A stranger's message, to everyone, from one of the server's own connections.
  Bytes stranger(kTokenBytes, '.');
  write_token(stranger, {0xBAD, 0, kFirstSteady + 3, bed.network.now(), 0us});
  for (std::size_t i = 0; i < bed.server.accepted(); ++i) {
    bed.server.peer(i)->send(ws::Opcode::text, stranger);
  }
  REQUIRE(bed.finish());
  CHECK(bed.counts().foreign == kClients);
  CHECK(bed.counts().received == kDeliveries);
  CHECK(bed.counts().duplicates == 0);
  CHECK(bed.balance().lost == 0);
}

TEST_CASE("three publishers send the whole rate between them, each in its own order") {
  FanoutBed bed;
  bed.config.publishers = 3;
  REQUIRE(bed.run_all());
  CHECK(bed.sent() == kMessages);
  CHECK(bed.counts().received == kDeliveries);
  CHECK(bed.counts().reordered == 0);
  CHECK(bed.balance().lost == 0);
}

TEST_CASE("with a thousand receivers every delivery is accounted for") {
  FanoutBed bed;
  bed.config.clients = 1000;
  bed.config.phases.duration = 500ms;
  bed.config.phases.warmup = 100ms;
  REQUIRE(bed.run_all());
  CHECK(bed.sent() == 50);
  CHECK(bed.counts().received == 50'000);
  CHECK(bed.balance().expected == 50'000);
  CHECK(bed.balance().lost == 0);
}

TEST_CASE("a publisher that stands still for longer than the token can say hides nothing") {
  FanoutBed bed;
  bed.config.phases.duration = 30s;
  bed.start();
  REQUIRE(bed.run_until_phase(Phase::steady));
  bed.pause_publishers(20s);
  REQUIRE(bed.finish());
  // Every message is delivered; those due in the first 3.2 of the 20 seconds left too late to say.
  const auto delivered = kClients * 3000;
  CHECK(bed.counts().received == delivered);
  CHECK(bed.counts().lag_unknown > kClients * 300);
  CHECK(bed.counts().lag_unknown < kClients * 340);
  CHECK(bed.delivery().count() == delivered);
  CHECK(bed.delivery().max() > 19s);
  CHECK(bed.run().publishers().send_lag().max() > 19s);
  std::uint64_t services = 0;
  for (const auto& group : bed.run().clients()) {
    services += group->tally().service().count();
    CHECK(group->tally().service().max() < 1ms);
  }
  CHECK(services == delivered - bed.counts().lag_unknown);
}

}  // namespace
