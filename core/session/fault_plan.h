#pragma once

// Faults on purpose, for testing clients and measuring tools: what goes wrong with which of the
// messages a server delivers. A plan is read from text; a FaultInjector decides for one client,
// message by message, from random numbers and a time it is given. Values; an injector belongs to
// one thread.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

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
  // Nothing is sent for `length` from each whole number of `every` after the start on.
  struct Stall {
    Duration length{};  // 0: never
    Duration every{};
    bool operator==(const Stall&) const = default;
  };
  Stall stall{};
  Duration delay{};  // of every message
  Chance drop{}, dup{}, reorder{}, close{};
  std::uint32_t after = 0;  // messages to each client that the chances spare

  bool operator==(const FaultPlan&) const = default;
};

// "stall=1s@5s,drop=1/1000,dup=1/1000,reorder=1/1000,delay=5ms,close=1/10000,after=100", in any
// order, each at most once. Errors: invalid_argument, naming the part.
[[nodiscard]] Result<FaultPlan> parse_fault_plan(std::string_view text);

enum class FaultAction {
  pass,
  drop,
  send_twice,
  hold,   // until the next message has been sent
  close,  // end the connection instead of sending
};

struct FaultDecision {
  FaultAction action = FaultAction::pass;
  bool stalled = false;    // `not_before` is the end of a stall
  TimePoint not_before{};  // rises from message to message
};

// What was done to how many messages: the known answer of whoever measures.
struct FaultCounts {
  std::uint64_t messages = 0;    // that the plan was applied to
  std::uint64_t dropped = 0;
  std::uint64_t doubled = 0;
  std::uint64_t reordered = 0;   // came behind the next one
  std::uint64_t stalled = 0;     // waited for the end of a stall
  std::uint64_t closed = 0;      // connections ended in place of a message
  std::uint64_t overflowed = 0;  // were not applied to and are lost: too much waited already

  FaultCounts& operator+=(const FaultCounts& other);
  bool operator==(const FaultCounts&) const = default;
};

// "1,000 messages, 1 dropped, 2 sent twice, …", what did not happen left out.
[[nodiscard]] std::string describe(const FaultCounts& counts);

class FaultInjector {
 public:
  // The same random numbers give the same faults. `plan` outlives the injector.
  FaultInjector(const FaultPlan& plan, TimePoint start, std::unique_ptr<RandomSource> random)
      : plan_(plan), start_(start), random_(std::move(random)) {}

  // For the next message; several faults at once are the first of close, drop, dup and reorder.
  [[nodiscard]] FaultDecision decide(TimePoint now);

 private:
  [[nodiscard]] bool happens(const Chance& chance);
  [[nodiscard]] FaultAction choose();

  const FaultPlan& plan_;
  const TimePoint start_;
  std::unique_ptr<RandomSource> random_;
  std::uint32_t spared_ = 0;
};

}  // namespace wsb::session
