// What shall go wrong on purpose.
// Holds: a chance is one; a stall ends; the times of messages rise and none lies within a stall;
// the same seed decides the same.

#include <memory>

#include "core/base/check.h"
#include "core/session/fault_plan.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wsb;
  const BytesView text = fuzz::FuzzInput(data, size).rest();
  const Result<session::FaultPlan> plan = session::parse_fault_plan(text);
  if (!plan) {
    WSB_CHECK(plan.error().message.starts_with("invalid fault '"));
    return 0;
  }
  for (const session::Chance& chance : {plan->drop, plan->dup, plan->reorder, plan->close}) {
    WSB_CHECK(chance.times <= chance.of && chance.of > 0);
  }
  const session::FaultPlan::Stall stall = plan->stall;
  WSB_CHECK(stall.length == Duration::zero() || stall.length < stall.every);

  const TimePoint start{1h};
  session::FaultInjector one(*plan, start, std::make_unique<SeededRandom>(size));
  session::FaultInjector two(*plan, start, std::make_unique<SeededRandom>(size));
  TimePoint last = start;
  for (int i = 0; i < 64; ++i) {
    const TimePoint now = start + i * stall.every / 16 + std::chrono::milliseconds(i);
    const session::FaultDecision decision = one.decide(now);
    WSB_CHECK(decision.action == two.decide(now).action);
    WSB_CHECK(decision.not_before >= now + plan->delay && decision.not_before >= last);
    last = decision.not_before;
    if (stall.length == Duration::zero() || last - start < stall.every) continue;
    WSB_CHECK((last - start) % stall.every >= stall.length);
  }
  return 0;
}
