#pragma once

// What happens to a client that reads more slowly than it is sent to, as the option names it. Pure.

#include <string_view>

#include "core/base/result.h"
#include "core/net/outbox.h"

namespace wsb::app {

// "disconnect", "drop-oldest", "drop-newest". Errors: invalid_argument, naming the option.
[[nodiscard]] Result<net::SlowReaderPolicy> parse_slow_consumer(std::string_view text);

}  // namespace wsb::app
