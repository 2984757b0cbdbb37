#pragma once

// How often something may happen: a steady rate, and how many at once after a pause.
// Plain value, any thread.

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/units.h"

namespace wsb {

struct RateLimit {
  Rate rate;         // above zero
  double burst = 1;  // whole and at least 1
  bool operator==(const RateLimit&) const = default;
};

// "100/s,200": a rate as parse_rate reads it and a burst; without a burst that of one second, and
// at least 1. Errors: invalid_argument, naming the text.
[[nodiscard]] Result<RateLimit> parse_rate_limit(std::string_view text);
[[nodiscard]] std::string format_rate_limit(const RateLimit& limit);  // "100/s,200"

}  // namespace wsb
