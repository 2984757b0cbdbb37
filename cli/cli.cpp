#include "cli/cli.h"

#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/generate.h"
#include "cli/help.h"
#include "cli/log_sink.h"
#include "cli/parse.h"
#include "cli/print.h"
#include "cli/std_streams.h"
#include "cli/suggest.h"
#include "cli/version.h"
#include "core/base/text.h"

namespace wsb::cli {
namespace {

int usage_error(const std::string& text) {
  print_line(text);
  return to_int(ExitStatus::usage);
}

int unknown_command(const std::string& name) {
  const std::string_view near = nearest(name, command_names());
  const std::string hint =
      near.empty() ? "see 'wsb --help'" : "did you mean '" + std::string(near) + "'?";
  const std::string what = name.starts_with('-') ? "option" : "command";
  return usage_error("unknown " + what + " '" + printable(name) + "' (" + hint + ")");
}

int run_command(const Command& command, const std::vector<std::string>& arguments) {
  const auto parsed = parse_arguments(command, arguments);
  if (!parsed) return usage_error(std::string(command.name) + ": " + parsed.error().text());
  switch (parsed->wish) {
    case ParseResult::Wish::short_help: return print(short_help(command));
    case ParseResult::Wish::long_help: return print(long_help(command));
    case ParseResult::Wish::version: return print(version_text());
    case ParseResult::Wish::run: break;
  }
  return command.run();
}

int run_help(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return print(general_help());
  const auto command = make_command(arguments.front());
  return command ? print(long_help(*command)) : unknown_command(arguments.front());
}

int run_words(const std::string& name, const std::vector<std::string>& arguments) {
  if (name == "-h" || name == "--help") return print(general_help());
  if (name == "help") return run_help(arguments);
  if (name == "--version" || name == "-V") return print(version_text());
  if (name == "generate") return run_generate(arguments);
  const auto command = make_command(name);
  return command ? run_command(*command, arguments) : unknown_command(name);
}

}  // namespace

int run(int argc, char** argv) {
  occupy_closed_streams();
  if (argc < 2) {
    static_cast<void>(write_all(kStderr, general_help()));
    return to_int(ExitStatus::usage);
  }
  return run_words(argv[1], {argv + 2, argv + argc});
}

}  // namespace wsb::cli
