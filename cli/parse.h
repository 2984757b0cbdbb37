#pragma once

// Reads the arguments of one command into its targets. The only place that knows CLI11. Main
// thread.

#include <span>
#include <string>
#include <vector>

#include "cli/command.h"
#include "core/base/result.h"

namespace wsb::cli {

struct ParseResult {
  enum class Wish { run, short_help, long_help, version };
  Wish wish = Wish::run;
};

// Options may stand before and after positional arguments; "--" ends them. Every option takes
// exactly one value. What the command line leaves open the environment says, and then the file that
// the option kConfigOption names. Errors: ErrorCode::invalid_argument, naming the option as it was
// typed, or the file and the line.
[[nodiscard]] Result<ParseResult> parse_arguments(const Command& command,
                                                  const std::vector<std::string>& arguments);

}  // namespace wsb::cli
