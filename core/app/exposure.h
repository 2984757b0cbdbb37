#pragma once

// What a server that is reached from other machines leaves open to them. Pure function, any thread.

#include <string>
#include <vector>

#include "core/app/serve_config.h"

namespace wsb::app {

// `hosts`: of the addresses that it listens on. One line of warning with what to do about it;
// empty: it listens on loopback, or it is encrypted and asks for credentials.
[[nodiscard]] std::string exposure_warning(const ServeConfig& config,
                                           const std::vector<std::string>& hosts);

}  // namespace wsb::app
