#pragma once

// The hidden command `wsb generate`: man pages and completions from the definitions of the
// commands, so that they cannot tell another story than the parser. Pure but for run_generate.

#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"

namespace wsb::cli {

// wsb generate man|bash|zsh|fish [--command NAME] [--sections FILE]
[[nodiscard]] int run_generate(const std::vector<std::string>& arguments);

// `sections`: hand-written roff, put before SEE ALSO.
[[nodiscard]] std::string man_page(const Command& command, std::string_view sections);
[[nodiscard]] std::string general_man_page(const std::vector<Command>& commands,
                                           std::string_view sections);
[[nodiscard]] std::string bash_completion(const std::vector<Command>& commands);
[[nodiscard]] std::string zsh_completion(const std::vector<Command>& commands);
[[nodiscard]] std::string fish_completion(const std::vector<Command>& commands);

}  // namespace wsb::cli
