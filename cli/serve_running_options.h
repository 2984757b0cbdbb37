#pragma once

// The options of `wsb serve` about running it: how it ends, what it logs, who is in front of it.
// The targets live as long as the command.

#include <vector>

#include "cli/command.h"
#include "core/app/serve_config.h"

namespace wsb::cli {

void add_running_options(std::vector<Option>& options, app::ServeConfig& config);

}  // namespace wsb::cli
