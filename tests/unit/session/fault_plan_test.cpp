#include "core/session/fault_plan.h"

#include <catch2/catch.hpp>

#include <cstring>

using namespace wsb;
using namespace wsb::session;

namespace {

const TimePoint kStart{1h};

// A generator of one's own numbers, repeatable (xorshift).
class SeededRandom final : public RandomSource {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  void fill(void* out, std::size_t size) override {
    auto* to = static_cast<unsigned char*>(out);
    for (std::size_t i = 0; i < size; ++i) {
      state_ ^= state_ << 13U;
      state_ ^= state_ >> 7U;
      state_ ^= state_ << 17U;
      to[i] = static_cast<unsigned char>(state_ >> 24U);
    }
  }

 private:
  std::uint64_t state_;
};

// Gives the numbers of a script: 0 makes a chance happen, the largest prevents any below 1/1.
class ScriptedRandom final : public RandomSource {
 public:
  explicit ScriptedRandom(std::vector<bool> happens) : happens_(std::move(happens)) {}
  void fill(void* out, std::size_t size) override {
    std::memset(out, happens_.at(at_++) ? 0 : 0xFF, size);
  }

 private:
  std::vector<bool> happens_;
  std::size_t at_ = 0;
};

FaultPlan plan_of(std::string_view text) {
  Result<FaultPlan> plan = parse_fault_plan(text);
  if (!plan) FAIL(plan.error().text());
  return *std::move(plan);
}

}  // namespace

TEST_CASE("a plan is read from all its parts") {
  const FaultPlan plan = plan_of(
      "stall=1s@5s,drop=1/1000,dup=2/1000,reorder=3/1000,delay=5ms,close=1/10000,stall=2s@1s");
  CHECK(plan.stalls == std::vector<FaultPlan::Stall>{{2s, 1s}, {1s, 5s}});
  CHECK(plan.drop == Chance{1, 1000});
  CHECK(plan.dup == Chance{2, 1000});
  CHECK(plan.reorder == Chance{3, 1000});
  CHECK(plan.close == Chance{1, 10000});
  CHECK(plan.delay == 5ms);
  CHECK_FALSE(plan.empty());
  CHECK(FaultPlan().empty());
}

TEST_CASE("a plan that cannot be read names the part") {
  struct Row {
    const char* text;
    const char* message;
  };
  const Row row = GENERATE(values<Row>({
      {"", "invalid fault '': expected one of stall, drop, dup, reorder, delay and close"},
      {"drop=1/10,",
       "invalid fault '': expected one of stall, drop, dup, reorder, delay and close"},
      {"loss=1/10",
       "invalid fault 'loss=1/10': expected one of stall, drop, dup, reorder, delay and close"},
      {"dup=1/2, drop=1/2",
       "invalid fault ' drop=1/2': expected one of stall, drop, dup, reorder, delay and close"},
      {"drop", "invalid fault 'drop': expected a chance such as '1/1000'"},
      {"drop=", "invalid fault 'drop=': expected a chance such as '1/1000'"},
      {"drop=0.1", "invalid fault 'drop=0.1': expected a chance such as '1/1000'"},
      {"drop=0/10", "invalid fault 'drop=0/10': expected a chance such as '1/1000'"},
      {"drop=1/0", "invalid fault 'drop=1/0': expected a chance such as '1/1000'"},
      {"drop=2/1", "invalid fault 'drop=2/1': expected a chance such as '1/1000'"},
      {"drop=-1/2", "invalid fault 'drop=-1/2': expected a chance such as '1/1000'"},
      {"drop=1/2x", "invalid fault 'drop=1/2x': expected a chance such as '1/1000'"},
      {"drop=1/4294967296",
       "invalid fault 'drop=1/4294967296': expected a chance such as '1/1000'"},
      {"drop=1/2,drop=1/3", "invalid fault 'drop=1/3': 'drop' is there twice"},
      {"delay=fast", "invalid fault 'delay=fast': expected a duration such as 'delay=5ms'"},
      {"delay=9000h", "invalid fault 'delay=9000h': expected a duration such as 'delay=5ms'"},
      {"delay=1s,delay=1s", "invalid fault 'delay=1s': 'delay' is there twice"},
      {"stall=1s",
       "invalid fault 'stall=1s': expected a duration and when it begins, such as 'stall=1s@5s'"},
      {"stall=@5s",
       "invalid fault 'stall=@5s': expected a duration and when it begins, such as 'stall=1s@5s'"},
      {"stall=0s@5s",
       "invalid fault 'stall=0s@5s': expected a duration and when it begins, such as "
       "'stall=1s@5s'"},
      {"stall=1s@9000h",
       "invalid fault 'stall=1s@9000h': expected a duration and when it begins, such as "
       "'stall=1s@5s'"},
      {"stall=1s@5s,stall=5s@1s",
       "invalid fault 'stall=1s@5s': it begins before the stall at 1s has ended"},
  }));
  INFO(row.text);
  const Result<FaultPlan> plan = parse_fault_plan(row.text);
  REQUIRE_FALSE(plan);
  CHECK(plan.error().code == ErrorCode::invalid_argument);
  CHECK(plan.error().text() == row.message);
}

TEST_CASE("without faults every message passes at once") {
  ScriptedRandom random({});
  FaultInjector injector({}, kStart, random);
  const FaultDecision decision = injector.decide(kStart + 3s);
  CHECK(decision.action == FaultAction::pass);
  CHECK(decision.not_before == kStart + 3s);
  CHECK(injector.counts() == FaultCounts{1, 0, 0, 0, 0, 0});
}

TEST_CASE("a delay and a stall move messages, in order") {
  struct Row {
    Duration at;
    Duration due;
  };
  SeededRandom random(1);
  FaultInjector injector(plan_of("delay=100ms,stall=1s@5s,stall=1s@8s"), kStart, random);
  for (const Row& row :
       {Row{0s, 100ms}, Row{4800ms, 4900ms}, Row{4900ms, 6s}, Row{5s, 6s}, Row{5899ms, 6s},
        Row{5900ms, 6s}, Row{6s, 6100ms}, Row{7950ms, 9s}, Row{20s, 20100ms}}) {
    CHECK(injector.decide(kStart + row.at).not_before == kStart + row.due);
  }
  CHECK(injector.counts().stalled == 4);
}

TEST_CASE("of several faults at once the gravest wins") {
  struct Row {
    std::vector<bool> rolls;  // close, drop, dup, reorder
    FaultAction action;
  };
  const Row row = GENERATE(values<Row>({
      {{true, true, true, true}, FaultAction::close},
      {{false, true, true, true}, FaultAction::drop},
      {{false, false, true, true}, FaultAction::send_twice},
      {{false, false, false, true}, FaultAction::hold},
      {{false, false, false, false}, FaultAction::pass},
  }));
  ScriptedRandom random(row.rolls);
  FaultInjector injector(plan_of("close=1/2,drop=1/2,dup=1/2,reorder=1/2"), kStart, random);
  CHECK(injector.decide(kStart).action == row.action);
}

TEST_CASE("a held message comes behind the next one that is sent") {
  // drop, reorder for each message
  ScriptedRandom random({false, true, true, true, false, true, false, false});
  FaultInjector injector(plan_of("drop=1/2,reorder=1/2"), kStart, random);
  CHECK(injector.decide(kStart).action == FaultAction::hold);
  const FaultDecision dropped = injector.decide(kStart);
  CHECK(dropped.action == FaultAction::drop);
  CHECK_FALSE(dropped.send_held);
  const FaultDecision next = injector.decide(kStart);  // rolled to be held, but one is held already
  CHECK(next.action == FaultAction::pass);
  CHECK(next.send_held);
  const FaultDecision after = injector.decide(kStart);
  CHECK(after.action == FaultAction::pass);
  CHECK_FALSE(after.send_held);
  CHECK(injector.counts() == FaultCounts{4, 1, 0, 1, 0, 0});
}

TEST_CASE("faults come as often as the plan says, and the same for the same seed") {
  const FaultPlan plan = plan_of("drop=1/100,dup=1/50,reorder=1/25,close=1/1000");
  SeededRandom random(0x9E3779B97F4A7C15U);
  SeededRandom again(0x9E3779B97F4A7C15U);
  FaultInjector first(plan, kStart, random);
  FaultInjector second(plan, kStart, again);
  for (int i = 0; i < 100'000; ++i) {
    REQUIRE(first.decide(kStart).action == second.decide(kStart).action);
  }
  CHECK(first.counts() == second.counts());
  CHECK(static_cast<double>(first.counts().dropped) == Approx(1000).epsilon(0.15));
  CHECK(static_cast<double>(first.counts().doubled) == Approx(2000).epsilon(0.1));
  CHECK(static_cast<double>(first.counts().reordered) == Approx(3750).epsilon(0.1));
  CHECK(static_cast<double>(first.counts().closed) == Approx(100).epsilon(0.35));
}

TEST_CASE("a chance of one in one always happens") {
  SeededRandom random(7);
  FaultInjector injector(plan_of("drop=1/1"), kStart, random);
  for (int i = 0; i < 1000; ++i) REQUIRE(injector.decide(kStart).action == FaultAction::drop);
}
