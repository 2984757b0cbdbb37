#include "core/stats/histogram.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"

namespace wsb::stats {

std::uint64_t Histogram::step(std::size_t index) {
  const auto row = static_cast<unsigned>(index >> kHalfBits);
  return std::uint64_t{1} << (row == 0 ? 0U : row - 1U);
}

std::uint64_t Histogram::lowest_value(std::size_t index) {
  WSB_CHECK(index < kCounters);
  if (index < kHalf) return index;
  return ((index & (kHalf - 1)) + kHalf) * step(index);
}

void Histogram::merge(const Histogram& other) {
  negative_ += other.negative_;
  if (other.count_ == 0) return;
  min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  count_ += other.count_;
  overflow_ += other.overflow_;
  const auto first = index_of(static_cast<std::uint64_t>(std::min(other.min_, kHighest).count()));
  const auto last = index_of(static_cast<std::uint64_t>(std::min(other.max_, kHighest).count()));
  for (std::size_t i = first; i <= last; ++i) counters_[i] += other.counters_[i];
}

void Histogram::reset() {
  std::fill(counters_.begin(), counters_.end(), std::uint64_t{0});
  count_ = overflow_ = negative_ = 0;
  min_ = max_ = Duration{0};
}

Duration Histogram::mean() const {
  if (count_ == 0) return Duration{0};
  // The sum of an hour times a billion samples would overflow an integer; a double loses nothing
  // that three digits could show.
  double sum = 0;
  for (std::size_t i = 0; i < kCounters; ++i) {
    if (counters_[i] == 0) continue;
    const auto middle = lowest_value(i) + step(i) / 2;
    sum += static_cast<double>(middle) * static_cast<double>(counters_[i]);
  }
  return Duration{static_cast<Duration::rep>(sum / static_cast<double>(count_))};
}

Duration Histogram::percentile(double percent) const {
  if (count_ == 0) return Duration{0};
  const double wanted = std::clamp(percent, 0.0, 100.0) / 100.0 * static_cast<double>(count_);
  // Rounded to the nearest rank, as the reference implementation does.
  const auto rank =
      std::clamp(static_cast<std::uint64_t>(std::llround(wanted)), std::uint64_t{1}, count_);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kCounters; ++i) {
    seen += counters_[i];
    if (seen >= rank) return Duration{static_cast<Duration::rep>(lowest_value(i) + step(i) - 1)};
  }
  // Not WSB_CHECK: with the thread sanitizer gcc does not see that it never comes back.
  check_failed("the counters sum to count_", __FILE__, __LINE__, __func__);
}

}  // namespace wsb::stats
