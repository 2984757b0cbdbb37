#pragma once

// The options of `wsb serve` about how much of it one client may have. Built on the main thread.

#include <vector>

#include "cli/command.h"
#include "core/app/limits_config.h"

namespace wsb::cli {

// Appends them; their targets are in `limits`.
void add_limit_options(std::vector<Option>& options, app::LimitsConfig& limits);

}  // namespace wsb::cli
