#include "core/load/run_plan.h"

#include <catch2/catch.hpp>

namespace {

using namespace wsb;
using wsb::load::RunPlan;

const TimePoint kStart{1000s};

TEST_CASE("the steady phase holds the messages whose intended time lies in it, end excluded") {
  const RunPlan plan(Rate{10}, 1, kStart, kStart + 2s, kStart + 12s);
  CHECK(plan.steady_first() == 20);
  CHECK(plan.steady_count() == 100);
  CHECK(plan.end() == 120);
  CHECK(plan.pacer().intended(plan.steady_first()) == plan.steady_begin());
  CHECK(plan.pacer().intended(plan.end()) == plan.steady_end());
}

TEST_CASE("a phase that begins between two messages starts with the later one") {
  const RunPlan plan(Rate{10}, 1, kStart, kStart + 250ms, kStart + 550ms);
  CHECK(plan.steady_first() == 3);
  CHECK(plan.steady_count() == 3);
}

TEST_CASE("without warm-up message 0 is steady") {
  const RunPlan plan(Rate{10}, 1, kStart, kStart, kStart + 1s);
  CHECK(plan.steady_first() == 0);
  CHECK(plan.steady_count() == 10);
}

TEST_CASE("publishers take turns, and position undoes what publisher and number say") {
  const RunPlan plan(Rate{30}, 3, kStart, kStart + 1s, kStart + 3s);
  CHECK(plan.steady_first() == 30);
  for (std::uint64_t index = 0; index < 95; ++index) {
    const auto position = plan.steady_position(plan.publisher_of(index), plan.seq_of(index));
    INFO("index " << index);
    if (index < 30 || index >= 90) {
      CHECK_FALSE(position.has_value());
    } else {
      CHECK(position == index - 30);
    }
  }
}

TEST_CASE("probe messages have no position") {
  const RunPlan plan(Rate{10}, 1, kStart, kStart, kStart + 1s);
  for (std::uint32_t seq = 0; seq < 5; ++seq) CHECK_FALSE(plan.steady_position(0, seq).has_value());
  CHECK(plan.steady_position(0, 5) == 0);
}

TEST_CASE("numbers before an index are told for each publisher") {
  const RunPlan plan(Rate{10}, 3, kStart, kStart, kStart + 1s);
  for (std::uint64_t index = 0; index <= plan.end(); ++index) {
    for (std::uint16_t publisher = 0; publisher < 3; ++publisher) {
      std::uint32_t end = wsb::load::kProbeMessages;
      for (std::uint64_t i = 0; i < index; ++i) {
        if (plan.publisher_of(i) == publisher) end = plan.seq_of(i) + 1;
      }
      INFO(index << ' ' << publisher);
      CHECK(plan.seq_end(publisher, index) == end);
    }
  }
}

}  // namespace
