#include "cli/bench_progress.h"

#include <catch2/catch.hpp>

namespace wsb::cli {
namespace {

TEST_CASE("progress says what there is to say in each phase") {
  load::FanoutProgress progress;
  progress.connections = 1017;
  progress.opened = 500;
  progress.in_phase = 1234ms;
  CHECK(progress_line(progress) == "connect 1s  500 of 1,017 connected");
  progress.failed = 3;
  progress.phase = load::Phase::steady;
  progress.sent = 30;
  progress.received = 29970;
  progress.expected = 30000;
  CHECK(progress_line(progress) ==
        "steady 1s  500 of 1,017 connected, 3 failed  sent 30, received 29,970 of 30,000");
}

}  // namespace
}  // namespace wsb::cli
