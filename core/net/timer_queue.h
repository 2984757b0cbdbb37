#pragma once

// Timers of one loop, earliest first: a binary heap of times over slots that hold the actions.
// Pure: it is told the time and never waits. One thread; actions may add and cancel timers, also of
// the same queue, while they run.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "core/base/time.h"
#include "core/net/loop.h"

namespace wsb::net {

class TimerQueue {
 public:
  TimerId add(TimePoint when, std::function<void()> action);
  // Cancelling a timer that has fired, or TimerId{}, does nothing.
  void cancel(TimerId timer);

  // When the earliest timer is due; nothing when there is none.
  [[nodiscard]] std::optional<TimePoint> next();
  // Runs what is due at `now`, in the order of their times, timers of the same time in the order of
  // their adding. What is added meanwhile waits for the next call, even when it is due.
  void run_due(TimePoint now);

  [[nodiscard]] std::size_t size() const { return live_; }

 private:
  struct Slot {
    std::function<void()> action;
    std::uint32_t generation = 1;
    bool used = false;
  };
  struct Entry {
    TimePoint when;
    std::uint64_t order;  // of adding
    TimerId id;
  };
  static bool later(const Entry& a, const Entry& b);

  [[nodiscard]] Slot* find(TimerId timer);
  void release(TimerId timer);
  void drop_cancelled_top();
  void pop_top();
  void compact();

  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::vector<Entry>
      heap_;                // holds cancelled entries too, until they surface or outnumber the rest
  std::vector<Entry> due_;  // reused by run_due
  std::uint64_t added_ = 0;
  std::size_t live_ = 0;
};

}  // namespace wsb::net
