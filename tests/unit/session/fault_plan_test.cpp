#include "core/session/fault_plan.h"

#include <catch2/catch.hpp>

#include <cstring>
#include <map>
#include <memory>
#include <vector>

using namespace wsb;
using namespace wsb::session;

namespace {

const TimePoint kStart{1h};

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
      "stall=1s@5s,drop=1/1000,dup=2/1000,reorder=3/1000,delay=5ms,close=1/10000,after=7");
  CHECK(plan.stall == FaultPlan::Stall{1s, 5s});
  CHECK(plan.drop == Chance{1, 1000});
  CHECK(plan.dup == Chance{2, 1000});
  CHECK(plan.reorder == Chance{3, 1000});
  CHECK(plan.close == Chance{1, 10000});
  CHECK(plan.delay == 5ms);
  CHECK(plan.after == 7);
  CHECK(plan_of("drop=1/2") == FaultPlan{.drop = {1, 2}});
}

TEST_CASE("a plan that cannot be read names the part") {
  struct Row {
    const char* text;
    const char* message;
  };
  const Row row = GENERATE(values<Row>({
      {"", "invalid fault '': expected one of stall, drop, dup, reorder, delay, close and "
       "after"},
      {"drop=1/10,",
       "invalid fault '': expected one of stall, drop, dup, reorder, delay, close and "
       "after"},
      {"loss=1/10",
       "invalid fault 'loss=1/10': expected one of stall, drop, dup, reorder, delay, close and "
       "after"},
      {"dup=1/2, drop=1/2",
       "invalid fault ' drop=1/2': expected one of stall, drop, dup, reorder, delay, close and "
       "after"},
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
       "invalid fault 'stall=1s': expected how long and how often, such as 'stall=1s@5s'"},
      {"stall=@5s",
       "invalid fault 'stall=@5s': expected how long and how often, such as 'stall=1s@5s'"},
      {"stall=0s@5s",
       "invalid fault 'stall=0s@5s': expected how long and how often, such as 'stall=1s@5s'"},
      {"stall=1s@9000h",
       "invalid fault 'stall=1s@9000h': expected how long and how often, such as 'stall=1s@5s'"},
      {"stall=5s@5s", "invalid fault 'stall=5s@5s': it would never end"},
      {"stall=1s@5s,stall=2s@9s", "invalid fault 'stall=2s@9s': 'stall' is there twice"},
      {"after=0", "invalid fault 'after=0': expected a number of messages such as 'after=100'"},
      {"after=1k", "invalid fault 'after=1k': expected a number of messages such as 'after=100'"},
  }));
  INFO(row.text);
  const Result<FaultPlan> plan = parse_fault_plan(row.text);
  REQUIRE_FALSE(plan);
  CHECK(plan.error().code == ErrorCode::invalid_argument);
  CHECK(plan.error().text() == row.message);
}

TEST_CASE("without faults every message passes at once") {
  const FaultPlan plan;
  FaultInjector injector(plan, kStart, std::make_unique<ScriptedRandom>(std::vector<bool>()));
  const FaultDecision decision = injector.decide(kStart + 3s);
  CHECK(decision.action == FaultAction::pass);
  CHECK(decision.not_before == kStart + 3s);
  CHECK_FALSE(decision.stalled);
}

TEST_CASE("a delay and a stall move messages, in order") {
  struct Row {
    Duration at;
    Duration due;
    bool stalled;
  };
  const FaultPlan plan = plan_of("delay=100ms,stall=1s@5s");
  FaultInjector injector(plan, kStart, std::make_unique<SeededRandom>(1));
  for (const Row& row :
       {Row{-1s, -900ms, false}, Row{0s, 100ms, false}, Row{4899ms, 4999ms, false},
        Row{4900ms, 6s, true}, Row{5s, 6s, true}, Row{5899ms, 6s, true}, Row{5900ms, 6s, false},
        Row{6s, 6100ms, false}, Row{9950ms, 11s, true}, Row{24s, 24100ms, false}}) {
    const FaultDecision decision = injector.decide(kStart + row.at);
    CHECK(decision.not_before == kStart + row.due);
    CHECK(decision.stalled == row.stalled);
  }
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
  const FaultPlan plan = plan_of("close=1/2,drop=1/2,dup=1/2,reorder=1/2");
  FaultInjector injector(plan, kStart, std::make_unique<ScriptedRandom>(row.rolls));
  CHECK(injector.decide(kStart).action == row.action);
}

TEST_CASE("the first messages are spared, as many as the plan says") {
  const FaultPlan plan = plan_of("drop=1/1,after=3,delay=1s");
  FaultInjector injector(plan, kStart, std::make_unique<SeededRandom>(1));
  for (int i = 0; i < 3; ++i) {
    const FaultDecision decision = injector.decide(kStart);
    CHECK(decision.action == FaultAction::pass);
    CHECK(decision.not_before == kStart + 1s);
  }
  for (int i = 0; i < 3; ++i) CHECK(injector.decide(kStart).action == FaultAction::drop);
}

TEST_CASE("faults come as often as the plan says, and the same for the same seed") {
  const FaultPlan plan = plan_of("drop=1/100,dup=1/50,reorder=1/25,close=1/1000");
  FaultInjector first(plan, kStart, std::make_unique<SeededRandom>(9));
  FaultInjector second(plan, kStart, std::make_unique<SeededRandom>(9));
  std::map<FaultAction, int> seen;
  for (int i = 0; i < 100'000; ++i) {
    const FaultAction action = first.decide(kStart).action;
    REQUIRE(second.decide(kStart).action == action);
    ++seen[action];
  }
  CHECK(seen[FaultAction::drop] == Approx(1000).epsilon(0.15));
  CHECK(seen[FaultAction::send_twice] == Approx(2000).epsilon(0.1));
  CHECK(seen[FaultAction::hold] == Approx(3900).epsilon(0.1));
  CHECK(seen[FaultAction::close] == Approx(100).epsilon(0.35));
}

TEST_CASE("a chance of one in one always happens") {
  const FaultPlan plan = plan_of("drop=1/1");
  FaultInjector injector(plan, kStart, std::make_unique<SeededRandom>(7));
  for (int i = 0; i < 1000; ++i) REQUIRE(injector.decide(kStart).action == FaultAction::drop);
}

TEST_CASE("counts add up, and are told in words, but for what did not happen") {
  FaultCounts counts{1000, 1, 2, 3, 4, 5, 6};
  counts += counts;
  CHECK(counts == FaultCounts{2000, 2, 4, 6, 8, 10, 12});
  CHECK(describe(counts) ==
        "2,000 messages, 2 dropped, 4 sent twice, 6 out of order, 8 stalled, 10 connections "
        "closed, 12 lost as too many waited");
  CHECK(describe({}) == "0 messages");
}
