#include "core/app/limits_config.h"

#include "core/base/rate_limit.h"

namespace wsb::app {

Result<void> LimitsConfig::validate() const {
  if (!rate.empty()) {
    const auto limit = parse_rate_limit(rate);
    if (!limit) return make_error(ErrorCode::invalid_argument, "--rate: " + limit.error().text());
  }
  if (handshake_timeout <= Duration::zero()) {
    return make_error(ErrorCode::invalid_argument, "--handshake-timeout must be more than 0");
  }
  return {};
}

}  // namespace wsb::app
