#include "core/load/cpu_meter.h"

#include <catch2/catch.hpp>

namespace {

using namespace wsb;
using wsb::load::CpuMeter;

TEST_CASE("the share of a core is CPU time over wall time") {
  Duration used = 7s;
  CpuMeter meter([&used] { return used; });
  CHECK(meter.percent() == 0);
  meter.begin(TimePoint{100s});
  used += 3s;
  meter.end(TimePoint{110s});
  CHECK(meter.percent() == 30);
}

TEST_CASE("an end without a begin, or a second one, changes nothing") {
  Duration used = 0s;
  CpuMeter meter([&used] { return used; });
  meter.end(TimePoint{1s});
  CHECK(meter.percent() == 0);
  meter.begin(TimePoint{1s});
  used = 1s;
  meter.end(TimePoint{3s});
  used = 9s;
  meter.end(TimePoint{10s});
  CHECK(meter.percent() == 50);
}

TEST_CASE("no time at all is no share") {
  CpuMeter meter([] { return 1s; });
  meter.begin(TimePoint{1s});
  meter.end(TimePoint{1s});
  CHECK(meter.percent() == 0);
}

TEST_CASE("without a clock the share is zero") {
  CpuMeter meter({});
  meter.begin(TimePoint{1s});
  meter.end(TimePoint{2s});
  CHECK(meter.percent() == 0);
}

}  // namespace
