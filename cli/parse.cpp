#include "cli/parse.h"

#include <algorithm>
#include <cstdlib>

#include <CLI/CLI.hpp>

#include "cli/config_file.h"
#include "cli/suggest.h"
#include "cli/values.h"
#include "core/base/text.h"

namespace wsb::cli {
namespace {

Error usage_error(std::string message) {
  return make_error(ErrorCode::invalid_argument, std::move(message));
}

// The spelling that the user chose among an option's names.
std::string typed_name(const Option& option, const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    for (const std::string_view name : option_names(option)) {
      if (argument == name) return argument;
      const bool with_value = name.size() == 2 ? argument.starts_with(name)
                                               : argument.starts_with(std::string(name) + "=");
      if (with_value && (name.size() != 2 || argument[1] != '-')) return std::string(name);
    }
  }
  return std::string(main_name(option));
}

// One option of the tree, as CLI11 knows it.
struct Bound {
  const Option* option = nullptr;
  CLI::Option* parsed = nullptr;
};

CLI::Option* add_option(CLI::App& app, const Option& option) {
  std::string names(option.names);
  const auto ignore = [](const CLI::results_t&) { return true; };
  if (option.flag()) {
    if (!option.negated.empty()) names += ",!" + std::string(option.negated);
    return app.add_flag(names)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
  // Raw text is kept and converted here: CLI11's own conversion would take a JSON array apart.
  return app.add_option(names, ignore)
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

Result<void> store_flags(const Option& option, const CLI::results_t& values) {
  for (const std::string& value : values) {
    if (value != "true" && value != "false") {
      return usage_error(std::string(main_name(option)) + " takes no value");
    }
    store_flag(option.target, value == "true");
  }
  return {};
}

// "-count 3" reads as "-c ount".
std::string single_dash_hint(const Option& option, const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    if (argument.size() > 2 && argument[0] == '-' && "-" + argument == main_name(option)) {
      return "did you mean '-" + argument + "'?";
    }
  }
  return {};
}

// What the command line and the environment leave open.
Result<void> store_settings(const Option& option, const ConfigFile& file) {
  for (const Setting* setting : file.of(option)) {
    if (option.given != nullptr) *option.given = true;
    if (option.flag()) {
      store_flag(option.target, setting->value == "true");
      continue;
    }
    const auto stored = store_value(option.target, setting->value);
    if (!stored) return file.error_at(*setting, stored.error().text());
  }
  return {};
}

Result<void> store_option(const Bound& bound, const std::vector<std::string>& arguments,
                          const ConfigFile& file) {
  const Option& option = *bound.option;
  const CLI::results_t& values = bound.parsed->results();
  if (option.given != nullptr && !values.empty()) *option.given = true;
  if (option.flag()) {
    return values.empty() ? store_settings(option, file) : store_flags(option, values);
  }
  for (const std::string& value : values) {
    const std::string typed = typed_name(option, arguments);
    auto stored = store_value(option.target, value);
    if (!stored) {
      std::string hint = other_tools_hint(typed, value);
      if (hint.empty()) hint = single_dash_hint(option, arguments);
      return usage_error(typed + ": " + (hint.empty() ? stored.error().text() : hint));
    }
  }
  const char* env = option.env.empty() || !values.empty()
                        ? nullptr
                        : std::getenv(std::string(option.env).c_str());
  if (env != nullptr && *env != '\0') {
    if (option.given != nullptr) *option.given = true;
    auto stored = store_value(option.target, env);
    if (!stored) return usage_error(std::string(option.env) + ": " + stored.error().text());
    return {};
  }
  return values.empty() ? store_settings(option, file) : Result<void>();
}

// The one that was named last, if the command has files of options.
Result<ConfigFile> read_config(const Command& command, const std::vector<Bound>& bound) {
  for (const Bound& each : bound) {
    if (each.option->names == kConfigOption && each.parsed->count() > 0) {
      auto file = read_config_file(each.parsed->results().back(), command);
      if (!file) return usage_error(file.error().text());
      return file;
    }
  }
  return ConfigFile();
}

// Of short options joined in one word CLI11 leaves over the tail that it does not know: "-hi"
// becomes "-i". The head must not count then, not even when it asks for help.
Result<void> refuse_joined(const Command& command, const std::vector<std::string>& left_over,
                           const std::vector<std::string>& arguments) {
  for (const std::string& word : left_over) {
    if (word == "--") return {};
    if (word.size() < 2 || word[0] != '-' || word[1] == '-') continue;
    const auto is = [&word](const std::string& argument) { return argument == word; };
    if (std::any_of(arguments.begin(), arguments.end(), is)) continue;
    for (const std::string& argument : arguments) {
      const bool joined = argument[0] == '-' && argument.size() > word.size() &&
                          argument[1] != '-' && argument.ends_with(word.substr(1));
      if (!joined) continue;
      const bool ascii = static_cast<unsigned char>(word[1]) < 0x80;
      return usage_error(unknown_option(command, ascii ? word.substr(0, 2) : word, argument));
    }
  }
  return {};
}

// What CLI11 left over is positional, or unknown when it looks like an option before "--".
Result<void> store_positionals(const Command& command, const std::vector<std::string>& left_over) {
  std::vector<const Option*> positionals;
  for (const Option& option : command.options) {
    if (option.positional()) positionals.push_back(&option);
  }
  std::size_t next = 0;
  bool options_ended = false;
  for (const std::string& word : left_over) {
    if (!options_ended && word == "--") {
      options_ended = true;
      continue;
    }
    const bool dashed = word.size() > 1 && word[0] == '-' && (word[1] < '0' || word[1] > '9');
    if (dashed && !options_ended) return usage_error(unknown_option(command, word));
    if (next == positionals.size()) {
      return usage_error("unexpected argument '" + printable(word) + "'");
    }
    WSB_TRY(store_value(positionals[next]->target, word));
    if (!positionals[next]->repeatable()) ++next;
  }
  if (next < positionals.size() && !positionals[next]->repeatable()) {
    return usage_error(std::string(positionals[next]->names) + " is missing: wsb " +
                       std::string(command.name) + " " + std::string(command.usage));
  }
  return {};
}

// CLI11 reports by exceptions; none leaves this file.
Result<void> run_parser(CLI::App& app, const std::vector<std::string>& arguments) {
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ArgumentMismatch&) {
    return usage_error("option '" + printable(arguments.back()) + "' needs a value");
  } catch (const CLI::Error& error) {
    return usage_error(error.what());
  }
  return {};
}

}  // namespace

Result<ParseResult> parse_arguments(const Command& command,
                                    const std::vector<std::string>& arguments) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  CLI::Option* const short_help = app.add_flag("-h");
  CLI::Option* const long_help = app.add_flag("--help");
  CLI::Option* const version = app.add_flag("--version");
  std::vector<Bound> bound;
  for (const Option& option : command.options) {
    if (!option.positional()) bound.push_back({&option, add_option(app, option)});
  }
  WSB_TRY(run_parser(app, arguments));
  WSB_TRY(refuse_joined(command, app.remaining(), arguments));
  if (long_help->count() > 0) return ParseResult{ParseResult::Wish::long_help};
  if (short_help->count() > 0) return ParseResult{ParseResult::Wish::short_help};
  if (version->count() > 0) return ParseResult{ParseResult::Wish::version};
  const auto file = read_config(command, bound);
  if (!file) return file.error();
  for (const Bound& each : bound) WSB_TRY(store_option(each, arguments, *file));
  WSB_TRY(store_positionals(command, app.remaining()));
  return ParseResult{};
}

}  // namespace wsb::cli
