#include "cli/log_time.h"

#include <catch2/catch.hpp>

namespace wsb::cli {

TEST_CASE("a moment has its form for machines and that of the Common Log Format") {
  using namespace std::chrono;
  const system_clock::time_point time{milliseconds(1795544403123)};
  CHECK(iso_time(time) == "2026-11-24T18:20:03.123Z");
  CHECK(common_log_time(time) == "24/Nov/2026:18:20:03 +0000");
  CHECK(iso_time(system_clock::time_point{}) == "1970-01-01T00:00:00.000Z");
  CHECK(common_log_time(system_clock::time_point{}) == "01/Jan/1970:00:00:00 +0000");
}

}  // namespace wsb::cli
