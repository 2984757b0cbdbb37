#pragma once

// A high dynamic range histogram of durations: 1 ns to 1 h at three significant digits in 33,792
// counters (270 KB), so that percentiles stay exact to 0.1 % and histograms of threads, intervals
// and machines merge without loss. The counters are those of HdrHistogram(1, 3.6e12, 3).
// Value type, one thread at a time; recording takes a few nanoseconds and never allocates.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/time.h"

namespace wsb::stats {

class Histogram {
 public:
  static constexpr Duration kHighest = std::chrono::hours(1);
  static constexpr std::size_t kCounters =
      33792;  // 32 buckets of 2048, half of each but the first shared

  Histogram() : counters_(kCounters) {}

  // A value above kHighest is recorded as kHighest and counted as overflow; max() keeps it as it
  // was. A negative value can only be an error of clocks: it is counted as negative and not
  // recorded.
  void record(Duration value) { record_n(value, 1); }
  void record_n(Duration value, std::uint64_t times) {
    if (value.count() < 0) [[unlikely]] {
      negative_ += times;
      return;
    }
    if (times == 0) return;
    if (value < min_ || count_ == 0) min_ = value;
    if (value > max_) max_ = value;
    count_ += times;
    if (value > kHighest) [[unlikely]] {
      overflow_ += times;
      value = kHighest;
    }
    counters_[index_of(static_cast<std::uint64_t>(value.count()))] += times;
  }

  void merge(const Histogram& other);
  void reset();

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::uint64_t overflow() const { return overflow_; }
  [[nodiscard]] std::uint64_t negative() const { return negative_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }

  // Exact; zero for an empty histogram.
  [[nodiscard]] Duration min() const { return min_; }
  [[nodiscard]] Duration max() const { return max_; }
  // From the middles of the counters, as a histogram read from a file would give it.
  [[nodiscard]] Duration mean() const;

  // The largest value that shares a counter with the value at `percent` (0 to 100); hence up to
  // 0.1 % above it, and up to 0.1 % above max(). Zero for an empty histogram.
  [[nodiscard]] Duration percentile(double percent) const;

  // For codecs: counter `index` and the smallest value that it counts.
  [[nodiscard]] std::uint64_t counter(std::size_t index) const { return counters_[index]; }
  [[nodiscard]] static std::uint64_t lowest_value(std::size_t index);

 private:
  // 2048 linear steps give three digits; each further bucket doubles the step and, because its
  // lower half is covered by the bucket before, needs only 1024 counters.
  static constexpr unsigned kHalfBits = 10;
  static constexpr std::uint64_t kHalf = 1U << kHalfBits;

  static std::size_t index_of(std::uint64_t value) {
    const auto width = static_cast<unsigned>(std::bit_width(value | (2 * kHalf - 1)));
    const unsigned bucket = width - (kHalfBits + 1);
    return static_cast<std::size_t>((std::uint64_t{bucket} << kHalfBits) + (value >> bucket));
  }
  static std::uint64_t step(std::size_t index);  // how many values share the counter

  std::vector<std::uint64_t> counters_;
  std::uint64_t count_ = 0;
  std::uint64_t overflow_ = 0;
  std::uint64_t negative_ = 0;
  Duration min_{0};
  Duration max_{0};
};

}  // namespace wsb::stats
