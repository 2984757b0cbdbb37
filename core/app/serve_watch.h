#pragma once

// Finds out whether all workers' loops still turn: asks each from time to time and tells when every
// one has answered, and only then. One that hangs stops the telling, for whoever watches over the
// process to take note. Main thread, which therefore has to turn too.

#include <chrono>
#include <cstddef>
#include <functional>
#include <set>

#include "core/base/time.h"

namespace wsb::app {

class ServeWatch {
 public:
  using Clock = std::chrono::steady_clock;

  // Asks every `interval`; zero: never. `ask` has the worker of that number answer soon, or is
  // false if it cannot be asked now. `alive`: all have answered.
  ServeWatch(Duration interval, std::function<bool(std::size_t)> ask, std::function<void()> alive);

  // `workers` of them run.
  void start(std::size_t workers);
  // When look() is due; Clock::time_point::max(): never.
  [[nodiscard]] Clock::time_point due() const { return due_; }
  // Asks, if it is due: nobody who has yet to answer.
  void look(Clock::time_point now);
  void answered(std::size_t worker);

 private:
  const Duration interval_;
  const std::function<bool(std::size_t)> ask_;
  const std::function<void()> alive_;
  std::size_t workers_ = 0;
  std::set<std::size_t> awaited_;
  std::set<std::size_t> to_ask_;  // of the awaited
  Clock::time_point due_ = Clock::time_point::max();
};

}  // namespace wsb::app
