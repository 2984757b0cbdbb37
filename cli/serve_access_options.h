#pragma once

// The options of `wsb serve` about who gets in. The targets live as long as the command.

#include <vector>

#include "cli/command.h"
#include "core/app/serve_config.h"

namespace wsb::cli {

void add_access_options(std::vector<Option>& options, app::ServeConfig& config);

}  // namespace wsb::cli
