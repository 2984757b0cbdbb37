#pragma once

// Help texts at 80 columns, made from the definition of a command. Pure.

#include <string>

#include "cli/command.h"

namespace wsb::cli {

[[nodiscard]] std::string short_help(const Command& command);
[[nodiscard]] std::string long_help(const Command& command);
// Of `wsb` without a command.
[[nodiscard]] std::string general_help();

// "-c, --count N": names, negation and value as help shows them.
[[nodiscard]] std::string option_heading(const Option& option);
// Default, range and environment in one sentence each, as far as there are any.
[[nodiscard]] std::string option_facts(const Option& option);
// The groups in the order of their first option.
[[nodiscard]] std::vector<std::string_view> option_groups(const Command& command);
// Breaks at spaces; every line begins with `indent` spaces and ends with a newline.
[[nodiscard]] std::string wrap(std::string_view text, std::size_t indent);

}  // namespace wsb::cli
