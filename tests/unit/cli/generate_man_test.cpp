#include <catch2/catch.hpp>

#include "cli/generate.h"

namespace wsb::cli {
namespace {

// Full of what the languages give a meaning.
Command awkward(bool& flag) {
  Command command;
  command.name = "try";
  command.summary = "it's a 'try': [really]";
  command.usage = "[options]";
  command.description = ".begins with a dot\n\nback\\slash";
  command.options = {{.names = "-a,--all-of-it",
                      .group = "G",
                      .target = &flag,
                      .brief = "it's [all]: \\o/",
                      .text = "'quoted' at the start."}};
  return command;
}

TEST_CASE("text is quoted for roff") {
  bool flag = false;
  const std::string page = man_page(awkward(flag), "");
  CHECK(page.find("\n\\&.begins with a dot\n.PP\nback\\eslash\n") != std::string::npos);
  CHECK(
      page.find("\\fB\\-a\\fR, \\fB\\-\\-all\\-of\\-it\\fR\n\\&\\(aqquoted\\(aq at the start.\n") !=
      std::string::npos);
}

TEST_CASE("hand-written sections come before SEE ALSO") {
  bool flag = false;
  const std::string page = man_page(awkward(flag), ".SH MINE\nword\n");
  CHECK(page.find(".SH MINE\nword\n.SH SEE ALSO\n") != std::string::npos);
}

TEST_CASE("the general page names every command") {
  std::vector<Command> commands;
  for (const std::string_view name : command_names()) commands.push_back(*make_command(name));
  const std::string page = general_man_page(commands, "");
  for (const std::string_view name : command_names()) {
    CHECK(page.find(".BR wsb\\-" + std::string(name) + " (1)") != std::string::npos);
  }
}

}  // namespace
}  // namespace wsb::cli
