#include "core/load/pacer.h"

#include <cmath>
#include <limits>

namespace wsb::load {

double Pacer::period_of(Rate rate) { return rate.per_second > 0 ? 1e9 / rate.per_second : 0; }

TimePoint Pacer::intended(std::uint64_t index) const {
  return start_ + Duration{std::llround(static_cast<double>(index) * period_ns_)};
}

std::uint64_t Pacer::due(TimePoint now) const {
  if (now < start_) return 0;
  if (period_ns_ <= 0) return std::numeric_limits<std::uint64_t>::max();
  // The quotient may be one off where a product was rounded; intended() decides.
  auto count = static_cast<std::uint64_t>(static_cast<double>((now - start_).count()) / period_ns_);
  while (intended(count) <= now) ++count;
  while (count > 0 && intended(count - 1) > now) --count;
  return count;
}

}  // namespace wsb::load
