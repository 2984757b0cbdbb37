#pragma once

// Options in a file, one a line: "port = 8080", a flag by its name alone, '#' before a comment. The
// same names as on the command line, without dashes. Pure but for read_config_file().

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "core/base/result.h"

namespace wsb::cli {

// The option that names such a file.
inline constexpr std::string_view kConfigOption = "--config";

struct Setting {
  std::size_t line = 0;  // from 1
  std::string name;
  std::string value;  // of a flag: "true" or "false"
};

// What a file says, by option: each of its settings belongs to one of `command`.
class ConfigFile {
 public:
  ConfigFile() = default;  // says nothing
  // `file` is for errors, which name it and the line. A value may be in double quotes, with \" and
  // \\ in them; only an option that may be repeated may occur twice.
  // Errors: invalid_argument.
  [[nodiscard]] static Result<ConfigFile> parse(std::string_view text, const std::string& file,
                                                const Command& command);

  // In the order of the file.
  [[nodiscard]] std::vector<const Setting*> of(const Option& option) const;
  // An error about the value of one: with the file, the line and the name.
  [[nodiscard]] Error error_at(const Setting& setting, const std::string& what) const;

 private:
  std::string file_;
  std::vector<Setting> settings_;
};

// Errors: cannot_read, invalid_argument.
[[nodiscard]] Result<ConfigFile> read_config_file(const std::string& file, const Command& command);

}  // namespace wsb::cli
