// What holds for every option of every command.

#include <catch2/catch.hpp>
#include <set>

#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/generate.h"
#include "cli/help.h"
#include "cli/parse.h"

namespace wsb::cli {
namespace {

// The words of a command line as a shell would split it; no variables, no escapes.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words(1);
  char quote = 0;
  for (const char c : line) {
    if (quote == 0 && (c == '\'' || c == '"')) quote = c;
    else if (c == quote) quote = 0;
    else if (c == ' ' && quote == 0) words.emplace_back();
    else words.back() += c;
  }
  return words;
}

// The part of a pipeline that runs wsb, without redirections.
std::vector<std::string> wsb_arguments(std::string_view example) {
  std::vector<std::string> out;
  bool inside = false;
  for (const std::string& word : words_of(example)) {
    if (word == "wsb") inside = true;
    else if (word == "|" || word == "<" || word == ">" || word == "&&") inside = false;
    else if (inside) out.push_back(word);
  }
  return out;
}

std::string refusal_of_example(std::string_view example) {
  std::vector<std::string> arguments = wsb_arguments(example);
  if (arguments.empty()) return "no wsb in it";
  const auto command = make_command(arguments.front());
  if (!command) return "no such command";
  arguments.erase(arguments.begin());
  const auto result = parse_arguments(*command, arguments);
  return result ? "" : result.error().text();
}

TEST_CASE("every option has a group, words of both lengths, and an example that parses") {
  for (const std::string_view name : command_names()) {
    const Command command = *make_command(name);
    for (const Option& option : command.options) {
      INFO(name << " " << option.names);
      CHECK_FALSE(option.group.empty());
      CHECK_FALSE(option.brief.empty());
      CHECK(option.text.size() > option.brief.size() / 2);
      CHECK(option.text.ends_with('.'));
      if (option.positional()) continue;
      CHECK(refusal_of_example(option.example) == "");
    }
    for (const Example& example : command.examples) {
      INFO(example.command);
      CHECK(refusal_of_example(example.command) == "");
    }
  }
}

TEST_CASE("no name stands for two options of a command") {
  for (const std::string_view name : command_names()) {
    const Command command = *make_command(name);
    std::set<std::string_view> seen{"-h", "--help", "--version"};
    for (const Option& option : command.options) {
      for (const std::string_view spelling : option_names(option)) {
        INFO(name << " " << spelling);
        CHECK(seen.insert(spelling).second);
      }
      if (!option.negated.empty()) CHECK(seen.insert(option.negated).second);
    }
  }
}

TEST_CASE("every exit status is documented, and none that the shell uses") {
  std::set<int> documented;
  for (const auto& list : {client_exit_codes(), serve_exit_codes(), bench_exit_codes()}) {
    for (const ExitCodeText& entry : list) documented.insert(entry.code);
  }
  for (const int code : {0, 1, 2, 3, 4, 6, 7, 8, 22, 23, 26, 28, 35, 52, 55, 56, 58, 60, 63, 110, 111,
                         112, 129, 130, 141, 143}) {
    INFO(code);
    CHECK(documented.erase(code) == 1);
  }
  CHECK(documented.empty());
}

TEST_CASE("help fits into 80 columns but for what cannot be broken") {
  for (const std::string_view name : command_names()) {
    const Command command = *make_command(name);
    for (const std::string& text : {short_help(command), long_help(command), general_help()}) {
      for (std::size_t from = 0; from < text.size();) {
        const std::size_t end = text.find('\n', from);
        const std::string line = text.substr(from, end - from);
        INFO(line);
        const bool example = line.find("wsb ") != std::string::npos;
        CHECK((line.size() <= 80 || example));
        CHECK((line.empty() || line.back() != ' '));
        from = end + 1;
      }
    }
  }
}

TEST_CASE("a short help line has names, value, words and default") {
  const std::string help = short_help(*make_command("connect"));
  CHECK(help.find("  -c, --count N             stop after N messages [no limit]\n") !=
        std::string::npos);
  CHECK(help.find("      --cacert FILE         trust the certificates in this PEM file\n"
                  "                            [the system's]\n") != std::string::npos);
  CHECK(help.find("      --compress, --no-compress\n"
                  "                            offer permessage-deflate, or not [offered]\n") !=
        std::string::npos);
}

TEST_CASE("wrapping breaks at spaces and keeps paragraphs") {
  CHECK(wrap("one two\n\nthree", 2) == "  one two\n\n  three\n");
  const std::string word(30, 'x');
  CHECK(wrap(word + " " + word + " " + word, 4) ==
        "    " + word + " " + word + "\n    " + word + "\n");
}

TEST_CASE("what is generated quotes what its language would understand") {
  bool flag = false;
  Command command;
  command.name = "try";
  command.summary = "it's a 'try': [really]";
  command.usage = "[options]";
  command.description = ".begins with a dot\n\nback\\slash";
  command.options = {{.names = "-a,--all-of-it", .group = "G", .target = &flag,
                      .brief = "it's [all]: \\o/", .text = "'quoted' at the start."}};
  const std::string page = man_page(command, "");
  CHECK(page.find("\n\\&.begins with a dot\n.PP\nback\\eslash\n") != std::string::npos);
  CHECK(page.find("\\fB\\-a\\fR, \\fB\\-\\-all\\-of\\-it\\fR\n\\&\\(aqquoted\\(aq at the start.\n") !=
        std::string::npos);
  CHECK(zsh_completion({command}).find("--all-of-it[it'\\''s \\[all\\]\\: \\\\o/]'") !=
        std::string::npos);
  CHECK(fish_completion({command}).find(
            "-s a -l all-of-it -d 'it\\'s [all]: \\\\o/'\n") != std::string::npos);
}

}  // namespace
}  // namespace wsb::cli
