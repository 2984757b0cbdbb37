#include "cli/help.h"

#include <algorithm>

#include "core/base/text.h"

namespace wsb::cli {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kBriefColumn = 28;
constexpr char kGlue = '\x01';  // a space at which no line is broken

void add_short_line(std::string& out, const std::string& heading, std::string_view brief) {
  std::string line = "  " + heading;
  if (line.size() + 2 > kBriefColumn) {
    out += line + "\n";
    line.clear();
  }
  line.resize(kBriefColumn, ' ');
  const std::string wrapped = wrap(brief, kBriefColumn);
  out += line + wrapped.substr(kBriefColumn);
}

// The default in brackets stays on one line.
std::string brief_with_default(const Option& option) {
  std::string out(option.brief);
  if (option.fallback.empty()) return out;
  std::string fallback(option.fallback);
  std::replace(fallback.begin(), fallback.end(), ' ', kGlue);
  return out + " [" + fallback + "]";
}

std::string head(const Command& command) {
  return "wsb " + std::string(command.name) + " - " + std::string(command.summary) +
         "\n\nUsage: wsb " + std::string(command.name) + " " + std::string(command.usage) + "\n";
}

void add_long_option(std::string& out, const Option& option) {
  out += "\n  " + option_heading(option) + "\n";
  const std::string_view text = option.text.empty() ? option.brief : option.text;
  out += wrap(text, 6);
  const std::string facts = option_facts(option);
  if (!facts.empty()) out += wrap(facts, 6);
  if (!option.example.empty()) out += "      Example: " + std::string(option.example) + "\n";
}

}  // namespace

std::string wrap(std::string_view text, std::size_t indent) {
  std::string out;
  for (const std::string_view paragraph : split(text, '\n')) {
    std::string line(indent, ' ');
    bool empty = true;
    for (const std::string_view word : split(paragraph, ' ')) {
      if (word.empty()) continue;
      if (!empty && line.size() + 1 + word.size() > kWidth) {
        out += line + "\n";
        line.assign(indent, ' ');
        empty = true;
      }
      if (!empty) line += ' ';
      line += word;
      empty = false;
    }
    out += (empty ? "" : line) + "\n";
  }
  std::replace(out.begin(), out.end(), kGlue, ' ');
  return out;
}

std::string option_heading(const Option& option) {
  std::string out;
  const auto names = option_names(option);
  for (const std::string_view name : names) {
    if (!out.empty()) out += ", ";
    out += name;
  }
  if (names.front().starts_with("--")) out.insert(0, 4, ' ');
  if (!option.negated.empty()) out += ", " + std::string(option.negated);
  if (!option.value.empty() && !option.positional()) out += " " + std::string(option.value);
  return out;
}

std::string option_facts(const Option& option) {
  std::string out;
  const auto add = [&out](std::string_view what, std::string_view value) {
    if (value.empty()) return;
    if (!out.empty()) out += ' ';
    out.append(what).append(": ").append(value).append(".");
  };
  add("Default", option.fallback);
  add("Range", option.range);
  add("Environment", option.env);
  if (option.repeatable() && !option.positional())
    out += out.empty() ? "May be repeated." : " May be repeated.";
  return out;
}

std::vector<std::string_view> option_groups(const Command& command) {
  std::vector<std::string_view> groups;
  for (const Option& option : command.options) {
    if (std::find(groups.begin(), groups.end(), option.group) == groups.end()) {
      groups.push_back(option.group);
    }
  }
  return groups;
}

std::string short_help(const Command& command) {
  std::string out = head(command);
  for (const std::string_view group : option_groups(command)) {
    out += "\n" + std::string(group) + "\n";
    for (const Option& option : command.options) {
      if (option.group != group) continue;
      add_short_line(out, option_heading(option), brief_with_default(option));
    }
  }
  out += "\nOther\n";
  add_short_line(out, "-h, --help", "this overview; --help explains every option");
  add_short_line(out, "    --version", "versions of wsb and its libraries");
  return out;
}

std::string long_help(const Command& command) {
  std::string out = head(command) + "\n" + wrap(command.description, 0);
  for (const std::string_view group : option_groups(command)) {
    out += "\n" + std::string(group) + "\n";
    for (const Option& option : command.options) {
      if (option.group == group) add_long_option(out, option);
    }
  }
  out += "\nExamples\n";
  for (const Example& example : command.examples) {
    out += "\n  " + std::string(example.command) + "\n" + wrap(example.text, 6);
  }
  out += "\nExit status\n\n";
  for (const ExitCodeText& exit_code : command.exit_codes) {
    const std::string number = format("%5d  ", exit_code.code);
    out += number + wrap(exit_code.text, number.size()).substr(number.size());
  }
  return out;
}

std::string general_help() {
  std::string out =
      "wsb - one command for WebSockets\n\nUsage: wsb COMMAND [options]\n\nCommands\n";
  for (const std::string_view name : command_names()) {
    add_short_line(out, std::string(name), make_command(name)->summary);
  }
  out +=
      "\n'wsb COMMAND -h' lists a command's options, 'wsb COMMAND --help' explains them.\n"
      "\nTry\n"
      "  wsb serve                                 a broadcast server with a page to try it\n"
      "  wsb connect ws://127.0.0.1:3000/          talk to it\n"
      "  wsb send -c 0 ws://127.0.0.1:3000/ hello  send one message from a script\n"
      "  wsb bench ws://127.0.0.1:3000/            measure it\n";
  return out;
}

}  // namespace wsb::cli
