#include "cli/generate.h"

#include <fstream>
#include <iterator>

#include "cli/exit_status.h"
#include "cli/log_sink.h"
#include "cli/print.h"
#include "core/base/result.h"

namespace wsb::cli {
namespace {

struct Request {
  std::string what;
  std::string command;
  std::string sections;
};

Result<Request> parse_request(const std::vector<std::string>& arguments) {
  const Error usage =
      make_error(ErrorCode::invalid_argument,
                 "usage: wsb generate man|bash|zsh|fish [--command NAME] [--sections FILE]");
  if (arguments.empty() || arguments.size() % 2 == 0) return usage;
  Request request;
  request.what = arguments.front();
  for (std::size_t i = 1; i < arguments.size(); i += 2) {
    if (arguments[i] == "--command")
      request.command = arguments[i + 1];
    else if (arguments[i] == "--sections")
      request.sections = arguments[i + 1];
    else
      return usage;
  }
  return request;
}

Result<std::string> read_sections(const std::string& path) {
  if (path.empty()) return std::string();
  std::ifstream file(path);
  if (!file) return make_error(ErrorCode::cannot_read, "cannot read '" + path + "'");
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::vector<Command> all_commands() {
  std::vector<Command> commands;
  for (const std::string_view name : command_names()) commands.push_back(*make_command(name));
  return commands;
}

Result<std::string> generate(const Request& request) {
  const auto sections = read_sections(request.sections);
  if (!sections) return sections.error();
  if (request.what == "man") {
    if (request.command.empty()) return general_man_page(all_commands(), *sections);
    if (const auto command = make_command(request.command)) return man_page(*command, *sections);
    return make_error(ErrorCode::invalid_argument, "unknown command '" + request.command + "'");
  }
  if (request.what == "bash") return bash_completion(all_commands());
  if (request.what == "zsh") return zsh_completion(all_commands());
  if (request.what == "fish") return fish_completion(all_commands());
  return make_error(ErrorCode::invalid_argument, "cannot generate '" + request.what + "'");
}

}  // namespace

int run_generate(const std::vector<std::string>& arguments) {
  const auto request = parse_request(arguments);
  const auto text = request ? generate(*request) : Result<std::string>(request.error());
  if (!text) {
    print_line("generate: " + text.error().text());
    return to_int(ExitStatus::usage);
  }
  return print(*text);
}

}  // namespace wsb::cli
