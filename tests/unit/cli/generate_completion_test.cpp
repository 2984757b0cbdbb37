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

TEST_CASE("descriptions are quoted for zsh and fish") {
  bool flag = false;
  const Command command = awkward(flag);
  CHECK(zsh_completion({command}).find("--all-of-it[it'\\''s \\[all\\]\\: \\\\o/]'") !=
        std::string::npos);
  CHECK(fish_completion({command}).find("-s a -l all-of-it -d 'it\\'s [all]: \\\\o/'\n") !=
        std::string::npos);
}

TEST_CASE("every option is offered by every shell") {
  const Command connect = *make_command("connect");
  const std::string bash = bash_completion({connect});
  const std::string zsh = zsh_completion({connect});
  const std::string fish = fish_completion({connect});
  for (const Option& option : connect.options) {
    if (option.positional()) continue;
    const std::string name(main_name(option));
    INFO(name);
    CHECK(bash.find(" " + name + " ") != std::string::npos);
    CHECK(zsh.find(name) != std::string::npos);
    CHECK(fish.find(" -l " + name.substr(2)) != std::string::npos);
  }
}

}  // namespace
}  // namespace wsb::cli
