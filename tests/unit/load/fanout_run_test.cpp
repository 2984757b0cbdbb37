#include "core/load/fanout_run.h"

#include <catch2/catch.hpp>

#include "tests/support/fanout_bed.h"

namespace {

using namespace wsb;
using namespace wsb::load;

TEST_CASE("a run passes through all phases and closes every connection") {
  FanoutBed bed;
  const TimePoint begun = bed.network.now();
  REQUIRE(bed.run_all());
  CHECK(bed.phases == std::vector{Phase::connect, Phase::settle, Phase::probe, Phase::warmup,
                                  Phase::steady, Phase::drain, Phase::close});
  CHECK(bed.server.accepted() == 23);
  for (std::size_t i = 0; i < 23; ++i) CHECK(bed.server.peer(i) == nullptr);
  CHECK_FALSE(bed.run().interrupted().has_value());
  CHECK_FALSE(bed.run().broken());
  // Everything was accounted for: no phase took as long as it might have.
  CHECK(bed.network.now() - begun < 5s);
}

TEST_CASE("receivers are spread over the loops, canaries are apart") {
  FanoutBed bed;
  bed.config.clients = 10;
  bed.start(3);
  REQUIRE(bed.finish());
  std::vector<std::uint64_t> opened;
  for (const auto& group : bed.run().clients()) opened.push_back(group->connects().ok());
  CHECK(opened == std::vector<std::uint64_t>{4, 3, 3});
  CHECK(bed.run().canaries().connects().ok() == 2);
  CHECK(bed.run().publishers().connects().ok() == 1);
}

TEST_CASE("progress counts up to what is expected") {
  FanoutBed bed;
  bed.start();
  REQUIRE(bed.run_until_phase(Phase::steady));
  CHECK(bed.progress.connections == 23);
  CHECK(bed.progress.opened == 23);
  CHECK(bed.progress.failed == 0);
  CHECK(bed.progress.relay == RelayShape::others);
  CHECK(bed.progress.phase_length == 2s);
  REQUIRE(bed.finish());
  CHECK(bed.progress.sent == 200);
  CHECK(bed.progress.received == 4000);
}

TEST_CASE("where nobody listens the run ends with the reason") {
  FanoutBed bed;
  bed.config.connect.url.port = 1;
  REQUIRE(bed.run_all());
  CHECK(bed.phases == std::vector{Phase::connect});
  CHECK(bed.run().publishers().connects().failed_total() == 1);
  CHECK(bed.run().canaries().connects().failed_total() == 2);
  CHECK_FALSE(bed.run().plan().has_value());
}

TEST_CASE("receivers that lose their connection do not lose messages") {
  FanoutBed bed;
  bed.start();
  REQUIRE(bed.run_until_phase(Phase::steady));
  const auto& plan = *bed.run().plan();
  // The steady phase has 200 messages: 100 are meant to leave before this, 100 after.
  bed.network.advance(plan.steady_begin() + 995ms - bed.network.now());
  bed.server.peer(5)->close(1001, "going away");
  bed.server.peer(7)->close(1001, "going away");
  REQUIRE(bed.finish());
  CHECK(bed.balance().lost == 0);
  CHECK(bed.balance().not_connected == 200);
  CHECK(bed.balance().expected == 4000 - 200);
  CHECK(bed.counts().received == 4000 - 200);
}

TEST_CASE("a run whose only publisher is cut off ends soon, its messages unsent for that reason") {
  FanoutBed bed;
  bed.start();
  REQUIRE(bed.run_until_phase(Phase::steady));
  bed.network.advance(bed.run().plan()->steady_begin() + 995ms - bed.network.now());
  bed.server.peer(0)->abort();
  REQUIRE(bed.finish(500ms));
  const auto status = bed.run().publishers().status();
  CHECK(status.steady_sent == 100);
  CHECK(status.steady_unsent == 0);
  CHECK(status.steady_disconnected == 100);
  CHECK(bed.run().disconnected().has_value());
  CHECK(bed.counts().received == 2000);
  CHECK(bed.balance().lost == 0);
}

TEST_CASE("a server that dies ends the run soon, in whatever phase") {
  for (const Phase phase : {Phase::settle, Phase::probe, Phase::warmup, Phase::steady}) {
    FanoutBed bed;
    bed.start();
    REQUIRE(bed.run_until_phase(phase));
    for (std::size_t i = 0; i < bed.server.accepted(); ++i) bed.server.peer(i)->abort();
    INFO(to_string(phase));
    CHECK(bed.finish(1s));
    CHECK(bed.run().disconnected().has_value());
    CHECK_FALSE(bed.run().interrupted().has_value());
    CHECK(bed.run().publishers().status().steady_unsent == 0);
  }
}

TEST_CASE("a host that answers nothing is given up when no publisher could connect") {
  FanoutBed bed;
  bed.config.connect.url.host = net::FakeRuntime::kBlackHole;
  bed.config.clients = 1000;  // 500 on each loop, of which 64 are under way at once
  const TimePoint begun = bed.network.now();
  bed.start();
  REQUIRE(bed.finish());
  CHECK(bed.run().publishers().connects().failed_total() == 1);
  CHECK(bed.network.now() - begun <
        bed.config.connect.connect_timeout + bed.config.phases.close_limit + 1s);
}

TEST_CASE("a stop in the steady phase keeps what was measured until then") {
  FanoutBed bed;
  bed.start();
  REQUIRE(bed.run_until_phase(Phase::steady));
  bed.network.advance(995ms);
  bed.run().request_stop();
  REQUIRE(bed.finish(3s));
  REQUIRE(bed.run().interrupted().has_value());
  CHECK(bed.sent() > 90);
  CHECK(bed.sent() < 130);
  CHECK(bed.counts().received == bed.sent() * 20);
  CHECK(bed.balance().lost == 0);
  CHECK(bed.run().publishers().status().steady_unsent == 0);
}

TEST_CASE("a stop in any phase before closes soon, with nothing measured") {
  for (const Phase phase : {Phase::connect, Phase::settle, Phase::probe, Phase::warmup}) {
    FanoutBed bed;
    bed.config.connect_rate = Rate{100};
    bed.start();
    REQUIRE(bed.run_until_phase(phase));
    bed.run().request_stop();
    INFO(to_string(phase));
    CHECK(bed.finish(2s));
    CHECK(bed.run().interrupted().has_value());
    CHECK(bed.sent() == 0);
    CHECK(bed.run().publishers().status().steady_unsent == 0);
    CHECK(bed.phases.back() == Phase::close);
  }
}

TEST_CASE("connections are made at the rate asked for, canaries spread among them") {
  FanoutBed bed;
  bed.config.connect_rate = Rate{100};
  bed.start();
  REQUIRE(bed.run_until_phase(Phase::settle));
  const auto& opened = bed.server.opened();
  REQUIRE(opened.size() == 23);
  CHECK(opened.back() - opened.front() == 220ms);
}

TEST_CASE("a run without canaries or warm-up works as well") {
  FanoutBed bed;
  bed.config.canaries = 0;
  bed.config.phases.warmup = 0s;
  REQUIRE(bed.run_all());
  CHECK(bed.sent() == 200);
  CHECK(bed.balance().lost == 0);
  CHECK(bed.run().canaries().tally().counts().received == 0);
}

}  // namespace
