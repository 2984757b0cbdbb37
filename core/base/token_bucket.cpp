#include "core/base/token_bucket.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"

namespace wsb {
namespace {

// A thousandth of what a Duration holds: sums of a few do not overflow.
constexpr double kLongestNs = 9.2e15;

}  // namespace

TokenBucket::TokenBucket(const RateLimit& limit, TimePoint now)
    : interval_ns_(1e9 / limit.rate.per_second), capacity_(0), full_at_(now) {
  WSB_CHECK(limit.rate.per_second > 0 && limit.burst >= 1);
  capacity_ = cost(limit.burst);
}

Duration TokenBucket::cost(double count) const {
  return Duration(std::llround(std::clamp(count * interval_ns_, 0.0, kLongestNs)));
}

bool TokenBucket::allow(TimePoint now, double count) {
  if (wait(now, count) > Duration::zero()) return false;
  full_at_ = std::max(full_at_, now) + cost(count);
  return true;
}

Duration TokenBucket::wait(TimePoint now, double count) const {
  const Duration price = cost(count);
  if (price > capacity_) return Duration::max();
  return std::max(Duration::zero(), std::max(full_at_, now) + price - capacity_ - now);
}

}  // namespace wsb
