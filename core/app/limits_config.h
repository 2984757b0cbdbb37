#pragma once

// How much of the server one client may have, and for how long, as an operator says it. Plain
// values; validate() before use.

#include <cstdint>
#include <string>

#include "core/base/limits.h"
#include "core/base/result.h"
#include "core/base/time.h"

namespace wsb::app {

struct LimitsConfig {
  std::uint64_t max_clients = 0;         // WebSockets of the whole server; 0: no limit
  std::uint64_t max_clients_per_ip = 0;  // 0: no limit
  std::string rate;  // messages of one client, as parse_rate_limit() reads; empty: no limit
  Duration handshake_timeout = limits::kHandshakeTimeout;  // TLS and a request's head
  Duration idle_timeout{};                                 // 0: no limit

  // Errors: invalid_argument, naming the option as typed.
  [[nodiscard]] Result<void> validate() const;
};

}  // namespace wsb::app
