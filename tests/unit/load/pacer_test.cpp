#include "core/load/pacer.h"

#include <catch2/catch.hpp>

#include <limits>

namespace {

using namespace wsb;
using wsb::load::Pacer;

const TimePoint kStart{1'000'000s};

TEST_CASE("number 0 is due at the start and nothing before it") {
  const Pacer pacer(Rate{10}, kStart);
  CHECK(pacer.due(kStart - 1ns) == 0);
  CHECK(pacer.due(kStart) == 1);
  CHECK(pacer.due(kStart + 100ms - 1ns) == 1);
  CHECK(pacer.due(kStart + 100ms) == 2);
  CHECK(pacer.intended(0) == kStart);
  CHECK(pacer.intended(10) == kStart + 1s);
}

TEST_CASE("a late wake-up makes all that were missed due, each with its own intended time") {
  const Pacer pacer(Rate{1000}, kStart);
  CHECK(pacer.due(kStart + 50ms) == 51);
  CHECK(pacer.intended(17) == kStart + 17ms);
}

TEST_CASE("an uneven rate does not drift over a day") {
  const Pacer pacer(Rate{3}, kStart);
  CHECK(pacer.intended(1) == kStart + 333333333ns);
  CHECK(pacer.intended(3ULL * 86400) == kStart + 24h);
}

TEST_CASE("due and intended agree for every number at every rate") {
  for (const double rate : {0.3, 1.0, 7.0, 333.3, 4000.0, 99999.0, 1e6}) {
    const Pacer pacer(Rate{rate}, kStart);
    for (std::uint64_t i : {0ULL, 1ULL, 2ULL, 99ULL, 100ULL, 12345ULL, 1000003ULL}) {
      INFO("rate " << rate << " number " << i);
      CHECK(pacer.due(pacer.intended(i)) == i + 1);
      CHECK(pacer.due(pacer.intended(i) - 1ns) == i);
    }
  }
}

TEST_CASE("without a rate everything is due at the start") {
  const Pacer pacer(Rate{0}, kStart);
  CHECK(pacer.due(kStart - 1ns) == 0);
  CHECK(pacer.due(kStart) == std::numeric_limits<std::uint64_t>::max());
  CHECK(pacer.intended(1000) == kStart);
}

}  // namespace
