#pragma once

// The open-loop schedule: when each message (or connection) is meant to start, whatever happened to
// those before. Timers are coarse, so each wake-up releases all that are due, and what is late
// keeps its own intended time; the schedule is never moved. Pure: knows no clock. Value type.

#include <cstdint>

#include "core/base/time.h"
#include "core/base/units.h"

namespace wsb::load {

class Pacer {
 public:
  // Number 0 is due at `start`. A rate of zero: everything is due at `start`.
  Pacer(Rate rate, TimePoint start) : start_(start), period_ns_(period_of(rate)) {}

  // The intended time of number `index`; each is rounded for itself, so nothing drifts.
  [[nodiscard]] TimePoint intended(std::uint64_t index) const;
  // How many, counted from number 0, are due at `now`.
  [[nodiscard]] std::uint64_t due(TimePoint now) const;
  [[nodiscard]] TimePoint start() const { return start_; }

 private:
  static double period_of(Rate rate);

  TimePoint start_;
  double period_ns_;
};

}  // namespace wsb::load
