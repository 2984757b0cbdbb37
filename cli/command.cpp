#include "cli/command.h"

#include <algorithm>

#include "core/base/text.h"

namespace wsb::cli {

std::vector<std::string_view> option_names(const Option& option) {
  return split(option.names, ',');
}

std::string_view main_name(const Option& option) {
  const auto names = option_names(option);
  const auto found = std::find_if(names.begin(), names.end(),
                                  [](std::string_view name) { return name.starts_with("--"); });
  return found == names.end() ? names.front() : *found;
}

std::optional<Command> make_command(std::string_view name) {
  if (name == "serve") return make_serve_command();
  if (name == "connect") return make_connect_command();
  if (name == "send") return make_send_command();
  if (name == "bench") return make_bench_command();
  return std::nullopt;
}

const std::vector<std::string_view>& command_names() {
  static const std::vector<std::string_view> names{"serve", "connect", "send", "bench"};
  return names;
}

}  // namespace wsb::cli
