#pragma once

// The options of `wsb serve` about faults on purpose. Built on the main thread.

#include <vector>

#include "cli/command.h"
#include "core/app/serve_config.h"

namespace wsb::cli {

// Appends them; their targets are in `config`.
void add_fault_options(std::vector<Option>& options, app::ServeConfig& config);

}  // namespace wsb::cli
