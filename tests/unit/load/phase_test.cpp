#include "core/load/phase.h"

#include <catch2/catch.hpp>

namespace {

using namespace wsb;
using namespace wsb::load;

const TimePoint kBegin{100s};

PhasePlan plan() {
  PhasePlan plan;
  plan.warmup = 2s;
  plan.duration = 10s;
  plan.drain = 5s;
  return plan;
}

PhaseInput connected() {
  PhaseInput input;
  input.connects_done = true;
  input.can_run = true;
  return input;
}

// A machine that has come to its warm-up at `kBegin`, so that message 0 is due 50 ms later.
PhaseMachine warming_up(const PhasePlan& phase_plan) {
  PhaseMachine machine(phase_plan, kBegin - 1s);
  auto input = connected();
  TimePoint now = kBegin - 1s;
  machine.step(now, input);
  while (machine.phase() == Phase::settle) machine.step(now += 50ms, input);
  REQUIRE(machine.phase() == Phase::probe);
  input.probe_done = true;
  REQUIRE(machine.step(kBegin, input) == Phase::warmup);
  return machine;
}

TEST_CASE("a run goes through its phases in order at the planned times") {
  PhaseMachine machine(plan(), kBegin);
  PhaseInput input;
  CHECK(machine.step(kBegin + 1h, input) == Phase::connect);
  auto running = warming_up(plan());
  CHECK(running.start() == kBegin + 50ms);
  CHECK(running.steady_begin() == kBegin + 2050ms);
  CHECK(running.steady_end() == kBegin + 12050ms);
  input = connected();
  CHECK(running.step(kBegin + 2050ms - 1ns, input) == Phase::warmup);
  CHECK(running.step(kBegin + 2050ms, input) == Phase::steady);
  CHECK(running.step(kBegin + 12050ms - 1ns, input) == Phase::steady);
  CHECK(running.step(kBegin + 12050ms, input) == Phase::drain);
  CHECK(running.step(kBegin + 17050ms - 1ns, input) == Phase::drain);
  CHECK(running.step(kBegin + 17050ms, input) == Phase::close);
  CHECK(running.step(kBegin + 18s, input) == Phase::close);
  input.closed = true;
  CHECK(running.step(kBegin + 18s, input) == Phase::done);
  CHECK_FALSE(running.interrupted().has_value());
}

TEST_CASE("five quiet checks in a row settle, and a message starts them again") {
  PhaseMachine machine(plan(), kBegin);
  auto input = connected();
  CHECK(machine.step(kBegin, input) == Phase::settle);
  TimePoint now = kBegin;
  for (int i = 0; i < 4; ++i) CHECK(machine.step(now += 50ms, input) == Phase::settle);
  input.messages = 1;
  CHECK(machine.step(now += 50ms, input) == Phase::settle);
  for (int i = 0; i < 4; ++i) CHECK(machine.step(now += 50ms, input) == Phase::settle);
  CHECK(machine.step(now += 50ms, input) == Phase::probe);
}

TEST_CASE("checks come no faster than their interval") {
  PhaseMachine machine(plan(), kBegin);
  const auto input = connected();
  for (int i = 0; i < 100; ++i) CHECK(machine.step(kBegin + i * 1ms, input) == Phase::settle);
}

TEST_CASE("a server that never falls silent is probed after three seconds") {
  PhaseMachine machine(plan(), kBegin);
  auto input = connected();
  machine.step(kBegin, input);
  TimePoint now = kBegin;
  while (now < kBegin + 2950ms) {
    ++input.messages;
    CHECK(machine.step(now += 50ms, input) == Phase::settle);
  }
  ++input.messages;
  CHECK(machine.step(kBegin + 3s, input) == Phase::probe);
}

TEST_CASE("without a connected receiver or publisher the run closes at once") {
  PhaseMachine machine(plan(), kBegin);
  PhaseInput input;
  input.connects_done = true;
  CHECK(machine.step(kBegin, input) == Phase::close);
  input.closed = true;
  CHECK(machine.step(kBegin, input) == Phase::done);
}

TEST_CASE("a probe that is not complete in time goes on if somebody got it, else closes") {
  for (const bool usable : {false, true}) {
    PhaseMachine machine(plan(), kBegin);
    auto input = connected();
    TimePoint now = kBegin;
    while (machine.step(now, input) != Phase::probe) now += 50ms;
    input.probe_usable = usable;
    const auto begun = machine.entered();
    CHECK(machine.step(begun + 3s - 1ns, input) == Phase::probe);
    CHECK(machine.step(begun + 3s, input) == (usable ? Phase::warmup : Phase::close));
  }
}

TEST_CASE("the drain ends early when everything is accounted for") {
  auto machine = warming_up(plan());
  auto input = connected();
  input.accounted = true;  // true by chance while messages are still being sent
  CHECK(machine.step(kBegin + 5s, input) == Phase::steady);
  CHECK(machine.step(kBegin + 12050ms, input) == Phase::drain);
  CHECK(machine.step(kBegin + 12050ms, input) == Phase::close);
}

TEST_CASE("a step goes on by one phase, however late it comes") {
  auto machine = warming_up(plan());
  CHECK(machine.step(kBegin + 1h, connected()) == Phase::steady);
  CHECK(machine.step(kBegin + 1h, connected()) == Phase::drain);
  CHECK(machine.entered() == kBegin + 1h);
}

TEST_CASE("without warm-up the steady phase begins with message 0") {
  auto short_plan = plan();
  short_plan.warmup = 0s;
  auto machine = warming_up(short_plan);
  CHECK(machine.steady_begin() == machine.start());
  CHECK(machine.step(machine.start(), connected()) == Phase::steady);
}

TEST_CASE("a stop before the steady phase closes, during it drains for a second") {
  PhaseMachine connecting(plan(), kBegin);
  PhaseInput input;
  input.stop = true;
  CHECK(connecting.step(kBegin + 1s, input) == Phase::close);
  CHECK(connecting.interrupted() == kBegin + 1s);

  auto steady = warming_up(plan());
  steady.step(kBegin + 4s, connected());
  input = connected();
  input.stop = true;
  CHECK(steady.step(kBegin + 5s, input) == Phase::drain);
  CHECK(steady.interrupted() == kBegin + 5s);
  CHECK(steady.step(kBegin + 6s - 1ns, input) == Phase::drain);
  CHECK(steady.step(kBegin + 6s, input) == Phase::close);
}

TEST_CASE("a stop during the drain changes nothing") {
  auto machine = warming_up(plan());
  machine.step(kBegin + 12050ms, connected());
  REQUIRE(machine.step(kBegin + 12050ms, connected()) == Phase::drain);
  auto input = connected();
  input.stop = true;
  CHECK(machine.step(kBegin + 13s, input) == Phase::drain);
  CHECK_FALSE(machine.interrupted().has_value());
}

TEST_CASE("connections that do not close are left after five seconds") {
  PhaseMachine machine(plan(), kBegin);
  PhaseInput input;
  input.connects_done = true;
  machine.step(kBegin, input);
  CHECK(machine.step(kBegin + 5s - 1ns, input) == Phase::close);
  CHECK(machine.step(kBegin + 5s, input) == Phase::done);
}

}  // namespace
