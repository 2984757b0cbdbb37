// Receiving is the path that decides how many clients one machine can play: it must not allocate.
// This file replaces the global operator new of its test program, so as to count its calls.

#include <catch2/catch.hpp>

#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "core/load/receiver_tally.h"
#include "core/load/token.h"

namespace {
std::size_t allocations = 0;
}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
// The sanitizers bring their own of this, whose memory free() below must not get.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

using namespace wsb;
using namespace wsb::load;

TEST_CASE("a thousand deliveries, good and bad, take no memory") {
  constexpr std::uint32_t kRun = 1;
  const TimePoint start{10s};
  const RunPlan plan(Rate{1000}, 1, start, start, start + 1s);
  ReceiverTally tally(kRun, 1, 10);
  for (std::size_t i = 0; i < 10; ++i) tally.opened(i);
  tally.begin(plan);
  std::vector<std::string> payloads;
  for (std::uint64_t i = 0; i < 100; ++i) {
    payloads.emplace_back(128, '.');
    const TimePoint intended = plan.pacer().intended(i);
    const auto run = i % 10 == 0 ? kRun + 1 : kRun;
    write_token(payloads.back(), {run, 0, plan.seq_of(i), intended, 0us});
    if (i % 10 == 1) payloads.back()[20] = '?';
  }
  const std::size_t before = allocations;
  for (const auto& payload : payloads) {
    for (std::size_t receiver = 0; receiver < 10; ++receiver) {
      tally.message(receiver, payload, start + 200ms);
    }
  }
  CHECK(allocations - before == 0);
  CHECK(tally.messages() == 1000);
  CHECK(tally.counts().received == 800);
  CHECK(tally.counts().foreign == 100);
  CHECK(tally.counts().corrupt == 100);
  CHECK(before > 0);
}

}  // namespace
