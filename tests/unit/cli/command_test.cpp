// What holds for every option of every command.

#include "cli/command.h"

#include <catch2/catch.hpp>

#include <set>

#include "cli/parse.h"

namespace wsb::cli {
namespace {

// The words of a command line as a shell would split it; no variables, no escapes.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words(1);
  char quote = 0;
  for (const char c : line) {
    if (quote == 0 && (c == '\'' || c == '"'))
      quote = c;
    else if (c == quote)
      quote = 0;
    else if (c == ' ' && quote == 0)
      words.emplace_back();
    else
      words.back() += c;
  }
  return words;
}

// The part of a pipeline that runs wsb, without redirections.
std::vector<std::string> wsb_arguments(std::string_view example) {
  std::vector<std::string> out;
  bool inside = false;
  for (const std::string& word : words_of(example)) {
    if (word == "wsb")
      inside = true;
    else if (word == "|" || word == "<" || word == ">" || word == "&&")
      inside = false;
    else if (inside)
      // A file of options is read; the one in an example is not there.
      out.push_back(!out.empty() && out.back() == "--config" ? "/dev/null" : word);
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

}  // namespace
}  // namespace wsb::cli
