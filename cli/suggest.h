#pragma once

// Help for what was mistyped, or typed in the dialect of another tool. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"

namespace wsb::cli {

// The nearest of `names` by edit distance, or empty when none is near.
[[nodiscard]] std::string_view nearest(std::string_view typed,
                                       const std::vector<std::string_view>& names);

// The message for an option that the command does not have. `joined`: the short options as they
// were typed in one word, when it was among them.
[[nodiscard]] std::string unknown_option(const Command& command, std::string_view typed,
                                         std::string_view joined = {});

// A hint when a letter that another tool uses differently was given a value that shows it, such as
// "-c ws://…"; empty otherwise. `option` as typed.
[[nodiscard]] std::string other_tools_hint(std::string_view option, std::string_view value);

}  // namespace wsb::cli
