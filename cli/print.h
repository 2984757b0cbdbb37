#pragma once

// Text that a command was run for (help, versions, generated pages) on standard output. Main
// thread.

#include <string_view>

namespace wsb::cli {

// Writes all of it and answers the exit status; a failure is told on standard error.
[[nodiscard]] int print(std::string_view text);

}  // namespace wsb::cli
