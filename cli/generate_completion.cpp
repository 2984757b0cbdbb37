#include "cli/generate.h"
#include "core/base/text.h"

namespace wsb::cli {
namespace {

std::string join(const std::vector<std::string_view>& words) {
  std::string out;
  for (const std::string_view word : words) {
    if (!out.empty()) out += ' ';
    out += word;
  }
  return out;
}

std::vector<std::string_view> dashed_names(const Command& command) {
  std::vector<std::string_view> names;
  for (const Option& option : command.options) {
    if (option.positional()) continue;
    for (const std::string_view name : option_names(option)) names.push_back(name);
    if (!option.negated.empty()) names.push_back(option.negated);
  }
  names.insert(names.end(), {"-h", "--help", "--version"});
  return names;
}

// "-c|--count|-m" for those options that the filter takes.
template <class F>
std::string case_pattern(const Command& command, F&& filter) {
  std::string out;
  for (const Option& option : command.options) {
    if (option.positional() || option.flag() || !filter(option)) continue;
    for (const std::string_view name : option_names(option)) {
      if (!out.empty()) out += '|';
      out += name;
    }
  }
  return out;
}

std::string bash_value_cases(const Command& command) {
  std::string out;
  const auto add = [&out](const std::string& pattern, std::string_view action) {
    if (pattern.empty()) return;
    out += "        " + pattern + ")\n          " + std::string(action) + "\n          return ;;\n";
  };
  add(case_pattern(command, [](const Option& o) { return o.hint == Hint::file; }),
      "mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")");
  add(case_pattern(command, [](const Option& o) { return o.hint == Hint::directory; }),
      "mapfile -t COMPREPLY < <(compgen -d -- \"$cur\")");
  add(case_pattern(command,
                   [](const Option& o) { return o.hint == Hint::none || o.hint == Hint::url; }),
      ":");
  return out;
}

std::string fish_quoted(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

// Inside single quotes of sh and zsh.
std::string quoted(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  }
  return out;
}

// zsh's _arguments gives colons and brackets a meaning.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ':' || c == '[' || c == ']' || c == '\\') out += '\\';
    out += c;
  }
  return quoted(out);
}

std::string_view zsh_action(Hint hint) {
  switch (hint) {
    case Hint::file: return "_files";
    case Hint::directory: return "_files -/";
    case Hint::url:
    case Hint::none: break;
  }
  return " ";
}

std::string zsh_option(const Option& option) {
  std::string out;
  std::vector<std::string_view> names = option_names(option);
  if (!option.negated.empty()) names.push_back(option.negated);
  for (const std::string_view name : names) {
    std::string value;
    if (!option.flag()) {
      value = ":" + zsh_text(option.value) + ":" + std::string(zsh_action(option.hint));
    }
    const std::string star = option.repeatable() ? "*" : "";
    const std::string exclusive = option.repeatable() ? "" : "'(" + join(names) + ")'";
    const std::string equals = option.flag() ? "" : name.size() == 2 ? "+" : "=";
    out += "        " + exclusive + "'" + star + std::string(name) + equals + "[" +
           zsh_text(option.brief) + "]" + value + "' \\\n";
  }
  return out;
}

std::string zsh_positional(const Option& option) {
  const std::string star = option.repeatable() ? "*" : "";
  return "        '" + star + ":" + zsh_text(option.names) + ":" +
         std::string(zsh_action(option.hint)) + "' \\\n";
}

std::string fish_option(const Command& command, const Option& option) {
  std::string line =
      "complete -c wsb -n '__fish_seen_subcommand_from " + std::string(command.name) + "'";
  for (const std::string_view name : option_names(option)) {
    line += name.starts_with("--") ? " -l " + std::string(name.substr(2))
                                   : " -s " + std::string(name.substr(1));
  }
  if (!option.flag())
    line += option.hint == Hint::file || option.hint == Hint::directory ? " -r -F" : " -x";
  std::string out = line + " -d '" + fish_quoted(option.brief) + "'\n";
  if (!option.negated.empty()) {
    out += "complete -c wsb -n '__fish_seen_subcommand_from " + std::string(command.name) +
           "' -l " + std::string(option.negated.substr(2)) + "\n";
  }
  return out;
}

constexpr std::string_view kHead =
    " completion of wsb. Made by 'wsb generate' from the definitions of the options; do not "
    "edit.\n";

}  // namespace

std::string bash_completion(const std::vector<Command>& commands) {
  std::string out = "# bash" + std::string(kHead);
  out += R"(
_wsb() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} options=
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W ')";
  out += join(command_names());
  out += R"( help --help --version' -- "$cur")
    return
  fi
  case ${COMP_WORDS[1]} in
    help)
      mapfile -t COMPREPLY < <(compgen -W ')" +
         join(command_names()) + R"(' -- "$cur")
      return ;;
)";
  for (const Command& command : commands) {
    out += "    " + std::string(command.name) + ")\n      case $prev in\n";
    out += bash_value_cases(command);
    out += "      esac\n      options='" + join(dashed_names(command)) + "' ;;\n";
  }
  out += R"(  esac
  if [[ $cur == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
  elif [[ $cur == @* ]]; then
    mapfile -t COMPREPLY < <(compgen -P @ -f -- "${cur#@}")
  fi
}
complete -F _wsb wsb
)";
  return out;
}

std::string zsh_completion(const std::vector<Command>& commands) {
  std::string out = "#compdef wsb\n# zsh" + std::string(kHead);
  out += "\n_wsb() {\n  local -a commands\n  commands=(\n";
  for (const Command& command : commands) {
    out += "    '" + std::string(command.name) + ":" + zsh_text(command.summary) + "'\n";
  }
  out += R"(  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
    help) _describe command commands ;;
)";
  for (const Command& command : commands) {
    out += "    " + std::string(command.name) + ")\n      _arguments -s -S \\\n";
    for (const Option& option : command.options) {
      out += option.positional() ? zsh_positional(option) : zsh_option(option);
    }
    out +=
        "        '-h[overview]' '--help[explanation of every option]' '--version[versions]' ;;\n";
  }
  return out + "  esac\n}\n\n_wsb \"$@\"\n";
}

std::string fish_completion(const std::vector<Command>& commands) {
  std::string out = "# fish" + std::string(kHead) + "\ncomplete -c wsb -f\n";
  for (const Command& command : commands) {
    out += "complete -c wsb -n __fish_use_subcommand -a " + std::string(command.name) + " -d '" +
           fish_quoted(command.summary) + "'\n";
  }
  for (const Command& command : commands) {
    for (const Option& option : command.options) {
      if (!option.positional()) out += fish_option(command, option);
    }
  }
  return out;
}

}  // namespace wsb::cli
