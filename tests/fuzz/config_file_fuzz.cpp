// Reads any file of options: every setting belongs to an option and says so with its line, every
// error names the file and a line.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "cli/config_file.h"
#include "core/base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wsb::cli;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const Command command = make_serve_command();
  const auto file = ConfigFile::parse(text, "file", command);
  if (!file) {
    WSB_CHECK(file.error().text().starts_with("file:"));
    return 0;
  }
  for (const Option& option : command.options) {
    std::size_t line = 0;
    for (const Setting* setting : file->of(option)) {
      WSB_CHECK(setting->line > line);
      WSB_CHECK(!option.flag() || setting->value == "true" || setting->value == "false");
      line = setting->line;
    }
  }
  return 0;
}
