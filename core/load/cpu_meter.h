#pragma once

// How busy one thread was between two moments: the share of a core. A thread that has no time left
// measures its own queue. Any other time that the kernel counts for a thread is measured alike.
// Used on the thread that it measures.

#include <functional>
#include <utility>

#include "core/base/time.h"

namespace wsb::load {

class CpuMeter {
 public:
  // `thread_cpu`: the CPU time that the calling thread has used so far; empty: always 0 %.
  explicit CpuMeter(std::function<Duration()> thread_cpu) : thread_cpu_(std::move(thread_cpu)) {}

  void begin(TimePoint now) {
    begun_ = now;
    cpu_at_begin_ = cpu();
    running_ = true;
  }
  // Only the first end after a begin counts.
  void end(TimePoint now) {
    if (!std::exchange(running_, false) || now <= begun_) return;
    percent_ = 100.0 * static_cast<double>((cpu() - cpu_at_begin_).count()) /
               static_cast<double>((now - begun_).count());
  }
  [[nodiscard]] double percent() const { return percent_; }

 private:
  [[nodiscard]] Duration cpu() const { return thread_cpu_ ? thread_cpu_() : Duration{0}; }

  std::function<Duration()> thread_cpu_;
  bool running_ = false;
  TimePoint begun_{};
  Duration cpu_at_begin_{};
  double percent_ = 0;
};

}  // namespace wsb::load
