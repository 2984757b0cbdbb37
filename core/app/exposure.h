#pragma once

// What a server that is reached from other machines leaves open to them. Pure function, any thread.

#include <string>

#include "core/app/serve_config.h"

namespace wsb::app {

// One line of warning with what to do about it; empty: it listens on loopback, or it is encrypted
// and asks for credentials.
[[nodiscard]] std::string exposure_warning(const ServeConfig& config);

}  // namespace wsb::app
