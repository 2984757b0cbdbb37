#include "core/base/rate_limit.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "core/base/text.h"

namespace wsb {
namespace {

Error bad_limit(std::string_view text, const std::string& why) {
  return make_error(ErrorCode::invalid_argument,
                    "invalid rate limit '" + std::string(text) + "': " + why);
}

}  // namespace

Result<RateLimit> parse_rate_limit(std::string_view text) {
  const std::size_t comma = text.find(',');
  const Result<Rate> rate = parse_rate(text.substr(0, comma));
  if (!rate) return rate.error();
  if (rate->per_second <= 0) return bad_limit(text, "the rate must be above zero");
  if (comma == std::string_view::npos) {
    return RateLimit{*rate, std::max(1.0, std::ceil(rate->per_second))};
  }
  const std::string_view digits = text.substr(comma + 1);
  std::uint32_t burst = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), burst);
  if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size() || burst == 0) {
    return bad_limit(text, "the burst is a whole number of at least 1, as in '100/s,200'");
  }
  return RateLimit{*rate, static_cast<double>(burst)};
}

std::string format_rate_limit(const RateLimit& limit) {
  return format_rate(limit.rate) + "," + format("%.0f", limit.burst);
}

}  // namespace wsb
