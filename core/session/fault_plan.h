#pragma once

// Faults on purpose, for testing clients and measuring tools: what goes wrong with which of the
// messages a server delivers. A plan is read from text; a FaultInjector decides, message by
// message, from random numbers and a time it is given, and counts what it did: the known answer.
// Values; an injector belongs to one thread.

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/random.h"
#include "core/base/result.h"
#include "core/base/time.h"

namespace wsb::session {

// "1/1000"; never, unless set.
struct Chance {
  std::uint32_t times = 0;
  std::uint32_t of = 1;
  bool operator==(const Chance&) const = default;
};

struct FaultPlan {
  struct Stall {
    Duration length{};
    Duration at{};  // after the start
    bool operator==(const Stall&) const = default;
  };
  std::vector<Stall> stalls;  // by time, apart from each other
  Duration delay{};           // of every message
  Chance drop, dup, reorder, close;

  [[nodiscard]] bool empty() const { return *this == FaultPlan(); }
  bool operator==(const FaultPlan&) const = default;
};

// "stall=1s@5s,drop=1/1000,dup=1/1000,reorder=1/1000,delay=5ms,close=1/10000", in any order, each
// at most once but for stall: nothing is sent for 1 s from the fifth second on.
// Errors: invalid_argument, naming the part.
[[nodiscard]] Result<FaultPlan> parse_fault_plan(std::string_view text);

enum class FaultAction {
  pass,
  drop,
  send_twice,
  hold,   // until the next message has been sent; the last one of all is sent when it is due
  close,  // end the connection instead of sending
};

struct FaultDecision {
  FaultAction action = FaultAction::pass;
  bool send_held = false;  // behind this message comes the one that was held
  TimePoint not_before{};  // rises from message to message
};

struct FaultCounts {
  std::uint64_t messages = 0;
  std::uint64_t dropped = 0;
  std::uint64_t doubled = 0;
  std::uint64_t reordered = 0;
  std::uint64_t closed = 0;
  std::uint64_t stalled = 0;  // messages that waited for the end of a stall
  bool operator==(const FaultCounts&) const = default;
};

class FaultInjector {
 public:
  // The same seed gives the same faults. `random` outlives the injector.
  FaultInjector(FaultPlan plan, TimePoint start, RandomSource& random)
      : plan_(std::move(plan)), start_(start), random_(random) {}

  // For the next message; several faults at once are the first of close, drop, dup and reorder.
  [[nodiscard]] FaultDecision decide(TimePoint now);
  [[nodiscard]] const FaultCounts& counts() const { return counts_; }

 private:
  [[nodiscard]] bool happens(const Chance& chance);
  [[nodiscard]] FaultAction choose();
  [[nodiscard]] TimePoint due(TimePoint now);

  const FaultPlan plan_;
  const TimePoint start_;
  RandomSource& random_;
  FaultCounts counts_;
  bool holding_ = false;
};

}  // namespace wsb::session
