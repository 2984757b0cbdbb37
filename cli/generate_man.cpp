#include <algorithm>

#include "cli/generate.h"
#include "cli/help.h"
#include "cli/version.h"
#include "core/base/text.h"

namespace wsb::cli {
namespace {

// Text for roff: backslashes and dashes as such, no line that reads as a request.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool line_start = out.empty() || out.back() == '\n';
    if (line_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else if (c == '\'')
      out += "\\(aq";
    else if (c == '^')
      out += "\\(ha";
    else if (c == '~')
      out += "\\(ti";
    else
      out += c;
  }
  return out;
}

// Sentences, broken into lines that a reader of the source can read.
std::string sentences(std::string_view text) { return roff(wrap(text, 0)); }

std::string bold(std::string_view text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + roff(text) + "\\fR"; }

// Each paragraph of the source on its own; "\n\n" separates them.
std::string paragraphs(std::string_view text) {
  std::string out;
  for (const std::string_view paragraph : split(text, '\n')) {
    out += paragraph.empty() ? ".PP\n" : sentences(paragraph);
  }
  return out;
}

std::string title(std::string_view name, std::string_view summary) {
  std::string upper;
  for (const char c : name) upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return ".\\\" Made by 'wsb generate man' from the definitions of the options; do not "
         "edit.\n.TH " +
         roff(upper) + " 1 \"" + std::string(kManualDate) + "\" \"wsb " + std::string(version()) +
         "\" \"User Commands\"\n.SH NAME\n" + roff(name) + " \\- " + roff(summary) + "\n";
}

std::string heading(const Option& option) {
  std::string out;
  for (const std::string_view name : option_names(option)) {
    if (!out.empty()) out += ", ";
    out += option.positional() ? italic(name) : bold(name);
  }
  if (!option.negated.empty()) out += ", " + bold(option.negated);
  if (!option.value.empty()) out += " " + italic(option.value);
  return out;
}

std::string option_entry(const Option& option) {
  std::string out = ".TP\n" + heading(option) + "\n";
  out += sentences(option.text.empty() ? option.brief : option.text);
  const std::string facts = option_facts(option);
  if (!facts.empty()) out += sentences(facts);
  if (!option.example.empty()) out += ".IP\nExample: " + bold(option.example) + "\n";
  return out;
}

std::string exit_status_section(const Command& command) {
  std::string out = ".SH EXIT STATUS\n";
  for (const ExitCodeText& exit_code : command.exit_codes) {
    out += ".TP\n.B " + std::to_string(exit_code.code) + "\n" + sentences(exit_code.text);
  }
  return out;
}

std::string examples_section(const Command& command) {
  std::string out = ".SH EXAMPLES\n";
  for (const Example& example : command.examples) {
    out += ".TP\n" + bold(example.command) + "\n" + sentences(example.text);
  }
  return out;
}

std::string see_also(std::string_view self) {
  std::string out = ".SH SEE ALSO\n";
  std::vector<std::string> pages{"wsb"};
  for (const std::string_view name : command_names()) pages.push_back("wsb-" + std::string(name));
  pages.erase(std::remove(pages.begin(), pages.end(), self), pages.end());
  for (const std::string& page : pages) {
    out += ".BR " + roff(page) + " (1)" + (page == pages.back() ? "\n" : ",\n");
  }
  return out;
}

}  // namespace

std::string man_page(const Command& command, std::string_view sections) {
  const std::string page = "wsb-" + std::string(command.name);
  std::string out = title(page, command.summary);
  out += ".SH SYNOPSIS\n" + bold("wsb " + std::string(command.name)) + " " + roff(command.usage) +
         "\n";
  out += ".SH DESCRIPTION\n" + paragraphs(command.description) + ".SH OPTIONS\n";
  for (const std::string_view group : option_groups(command)) {
    out += ".SS " + roff(group) + "\n";
    for (const Option& option : command.options) {
      if (option.group == group) out += option_entry(option);
    }
  }
  out += ".SS Other\n.TP\n" + bold("-h") + "\nAn overview of the options.\n.TP\n" + bold("--help") +
         "\nEvery option explained.\n.TP\n" + bold("--version") +
         "\nThe versions of wsb, libwebsockets, OpenSSL and libuv.\n";
  out += exit_status_section(command) + examples_section(command);
  out += sections;
  return out + see_also(page);
}

std::string general_man_page(const std::vector<Command>& commands, std::string_view sections) {
  std::string out = title("wsb", "one command for WebSockets");
  out += ".SH SYNOPSIS\n" + bold("wsb") + " " + italic("COMMAND") + " [options]\n";
  out += ".SH COMMANDS\n";
  for (const Command& command : commands) {
    out += ".TP\n" + bold(command.name) + "\n" + roff(command.summary) + "; see\n.BR " +
           roff("wsb-" + std::string(command.name)) + " (1).\n";
  }
  out += sections;
  return out + see_also("wsb");
}

}  // namespace wsb::cli
