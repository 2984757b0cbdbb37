#include "core/app/bench_config.h"

#include <catch2/catch.hpp>

#include <functional>
#include <string>

namespace {

using namespace wsb;
using wsb::app::BenchConfig;

TEST_CASE("the defaults are a valid run of a hundred clients") {
  const BenchConfig config;
  CHECK(config.validate().has_value());
  CHECK(config.connections() == 117);
}

TEST_CASE("the largest and smallest values are accepted") {
  BenchConfig config;
  config.clients = 1'000'000;
  config.threads = 256;
  config.rate = Rate{1e6};
  config.size = 16_MiB;
  config.duration = 1h;
  config.connect_rate = Rate{0};
  CHECK(config.validate().has_value());
  config = {};
  config.clients = 1;
  config.canaries = 0;
  config.size = ByteSize{59};
  config.duration = 1ms;
  config.warmup = 0s;
  config.drain = 0s;
  config.rate = Rate{0.01};
  CHECK(config.validate().has_value());
}

TEST_CASE("every value out of its range is refused by the name of its option") {
  const struct {
    std::function<void(BenchConfig&)> spoil;
    const char* message;
  } cases[] = {
      {[](auto& c) { c.clients = 0; }, "--clients must be 1 to 1000000, not 0"},
      {[](auto& c) { c.clients = 1'000'001; }, "--clients must be 1 to 1000000, not 1000001"},
      {[](auto& c) { c.canaries = 1001; }, "--canaries must be 0 to 1000, not 1001"},
      {[](auto& c) { c.publishers = 0; }, "--publishers must be 1 to 1000, not 0"},
      {[](auto& c) { c.threads = 257; }, "--threads must be 0 to 256, not 257"},
      {[](auto& c) { c.rate = Rate{0}; }, "--rate must be above 0 and at most 1000000/s, not 0/s"},
      {[](auto& c) { c.rate = Rate{2e6}; },
       "--rate must be above 0 and at most 1000000/s, not 2000000/s"},
      {[](auto& c) { c.connect_rate = Rate{-1}; },
       "--connect-rate must not be negative (0: as fast as it goes)"},
      {[](auto& c) { c.size = ByteSize{58}; },
       "--size must be 59B to 16MiB, not 58B: every message carries a mark of 59 bytes"},
      {[](auto& c) { c.size = 17_MiB; },
       "--size must be 59B to 16MiB, not 17MiB: every message carries a mark of 59 bytes"},
      {[](auto& c) { c.duration = 0s; }, "--duration must be 1ms to 24h, not 0s"},
      {[](auto& c) { c.warmup = -1s; }, "--warmup must be 0s to 24h, not -1s"},
      {[](auto& c) { c.drain = 25h; }, "--drain must be 0s to 24h, not 25h"},
      {[](auto& c) {
         c.rate = Rate{1e6};
         c.duration = 2h;
       },
       "--rate times --duration is more than 4,000,000,000 messages"},
      {[](auto& c) {
         c.publishers = 1000;
         c.clients = 10'000;
       },
       "--publishers times --clients is more than 10,000,000: too much to account for"},
      {[](auto& c) {
         c.socketio.emplace();
         c.socketio->event = "disconnect";
       },
       "--event: 'disconnect' is a reserved name of Socket.IO, no event"},
  };
  for (const auto& each : cases) {
    BenchConfig config;
    each.spoil(config);
    const auto result = config.validate();
    INFO(each.message);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == ErrorCode::invalid_argument);
    CHECK(result.error().text() == each.message);
  }
}

}  // namespace
