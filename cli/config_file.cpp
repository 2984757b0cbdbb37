#include "cli/config_file.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "cli/suggest.h"
#include "core/app/small_file.h"
#include "core/base/text.h"

namespace wsb::cli {
namespace {

Error wrong(std::string what) { return make_error(ErrorCode::invalid_argument, std::move(what)); }

std::vector<std::string_view> long_names(const Option& option) {
  std::vector<std::string_view> names;
  for (const std::string_view name : option_names(option)) {
    if (name.starts_with("--") && name != kConfigOption) names.push_back(name.substr(2));
  }
  return names;
}

bool has_name(const Option& option, std::string_view name) {
  const auto names = long_names(option);
  return std::find(names.begin(), names.end(), name) != names.end();
}

const Option* find_option(const Command& command, std::string_view name) {
  const auto found =
      std::find_if(command.options.begin(), command.options.end(),
                   [name](const Option& option) { return has_name(option, name); });
  return found == command.options.end() ? nullptr : &*found;
}

Error unknown(const Command& command, std::string_view name) {
  std::vector<std::string_view> names;
  for (const Option& option : command.options) {
    for (const std::string_view each : long_names(option)) names.push_back(each);
  }
  std::string dashed(name);
  std::replace(dashed.begin(), dashed.end(), '_', '-');
  while (dashed.starts_with('-')) dashed.erase(0, 1);
  const std::string_view near = nearest(dashed, names);
  const std::string hint = near.empty() ? "see 'wsb help " + std::string(command.name) + "'"
                                        : "did you mean '" + std::string(near) + "'?";
  return wrong("unknown option '" + printable(name) + "' (" + hint + ")");
}

bool is_comment(std::string_view rest) { return rest.empty() || rest.front() == '#'; }

// From behind its first quote on.
Result<std::string> read_quoted(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      if (!is_comment(trim(text.substr(i + 1)))) return wrong("there is more behind the quotes");
      return out;
    }
    if (text[i] == '\\') {
      ++i;
      if (i == text.size() || (text[i] != '"' && text[i] != '\\')) {
        return wrong("in quotes a '\\' stands before '\"' or '\\'");
      }
    }
    out += text[i];
  }
  return wrong("the closing quote is missing");
}

Result<std::string> read_value(std::string_view text) {
  text = trim(text);
  if (text.starts_with('"')) return read_quoted(text.substr(1));
  if (text.starts_with('[')) return wrong("a list is written as several lines of the same name");
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '#' && (text[i - 1] == ' ' || text[i - 1] == '\t')) text = text.substr(0, i);
  }
  if (is_comment(text)) return wrong("the value is missing");
  return std::string(trim(text));
}

Result<Setting> read_flag(const Option& option, Setting setting, std::string_view value) {
  setting.value = "true";
  if (is_comment(value)) return setting;
  auto read = read_value(value);
  if (!read) return read.error();
  if (*read != "true" && *read != "false") {
    return wrong(setting.name + " is 'true' or 'false', not '" + printable(*read) + "'");
  }
  if (*read == "false" && !std::holds_alternative<bool*>(option.target)) {
    return wrong(setting.name + " takes no value");
  }
  setting.value = *std::move(read);
  return setting;
}

Result<std::optional<Setting>> read_line(std::string_view line, const Command& command) {
  line = trim(line);
  if (is_comment(line) || line.front() == ';') return std::optional<Setting>();
  if (line.front() == '[') return wrong("there are no sections: one option a line, 'port = 8080'");
  const std::size_t equals = line.find('=');
  const std::size_t name_end = std::min(equals, line.find('#'));
  Setting setting;
  setting.name = trim(line.substr(0, name_end));
  if (setting.name == kConfigOption.substr(2)) return wrong("a file cannot name another one");
  const Option* const option = find_option(command, setting.name);
  if (option == nullptr) return unknown(command, setting.name);
  const bool has_value = equals != std::string_view::npos && name_end == equals;
  if (option->flag()) {
    if (has_value && is_comment(trim(line.substr(equals + 1)))) {
      return wrong("the value is missing");
    }
    auto flag = read_flag(*option, std::move(setting),
                          has_value ? line.substr(equals + 1) : std::string_view());
    if (!flag) return flag.error();
    return std::optional<Setting>(*std::move(flag));
  }
  if (!has_value) return wrong(setting.name + " needs a value: '" + setting.name + " = ...'");
  auto value = read_value(line.substr(equals + 1));
  if (!value) return value.error();
  setting.value = *std::move(value);
  return std::optional<Setting>(std::move(setting));
}

}  // namespace

Result<ConfigFile> ConfigFile::parse(std::string_view text, const std::string& file,
                                     const Command& command) {
  ConfigFile out;
  out.file_ = file;
  std::size_t number = 0;
  for (std::string_view line : split(text, '\n')) {
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    auto setting = read_line(line, command);
    if (!setting) return out.error_at({number, {}, {}}, setting.error().text());
    if (!*setting) continue;
    (*setting)->line = number;
    const Option& option = *find_option(command, (*setting)->name);
    const auto before = out.of(option);
    if (!before.empty() && !option.repeatable()) {
      return out.error_at({number, {}, {}}, (*setting)->name + " is set already, in line " +
                                                std::to_string(before.front()->line));
    }
    out.settings_.push_back(*std::move(*setting));
  }
  return out;
}

std::vector<const Setting*> ConfigFile::of(const Option& option) const {
  std::vector<const Setting*> found;
  for (const Setting& setting : settings_) {
    if (has_name(option, setting.name)) found.push_back(&setting);
  }
  return found;
}

Error ConfigFile::error_at(const Setting& setting, const std::string& what) const {
  const std::string name = setting.name.empty() ? "" : setting.name + ": ";
  return wrong(printable(file_) + ":" + std::to_string(setting.line) + ": " + name + what);
}

Result<ConfigFile> read_config_file(const std::string& file, const Command& command) {
  const auto text = app::read_small_file("configuration file", file);
  if (!text) return text.error();
  return ConfigFile::parse(*text, file, command);
}

}  // namespace wsb::cli
