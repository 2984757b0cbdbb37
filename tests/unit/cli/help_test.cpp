#include "cli/help.h"

#include <catch2/catch.hpp>

namespace wsb::cli {
namespace {

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

TEST_CASE("the help of wsb alone ends with commands that do what they say") {
  // Without -c 0 the welcome of 'wsb serve' would be taken for the reply.
  CHECK(general_help().ends_with(
      "Try\n"
      "  wsb serve                                 a broadcast server with a page to try it\n"
      "  wsb connect ws://127.0.0.1:3000/          talk to it\n"
      "  wsb send -c 0 ws://127.0.0.1:3000/ hello  send one message from a script\n"
      "  wsb bench ws://127.0.0.1:3000/            measure it\n"));
}

TEST_CASE("wrapping breaks at spaces and keeps paragraphs") {
  CHECK(wrap("one two\n\nthree", 2) == "  one two\n\n  three\n");
  const std::string word(30, 'x');
  CHECK(wrap(word + " " + word + " " + word, 4) ==
        "    " + word + " " + word + "\n    " + word + "\n");
}

TEST_CASE("what an option has to say besides is one line") {
  bool flag = false;
  std::vector<std::string> list;
  CHECK(option_facts({.names = "-a", .target = &flag, .brief = ""}).empty());
  CHECK(option_facts({.names = "-a",
                      .value = "N",
                      .target = &list,
                      .brief = "",
                      .fallback = "3",
                      .range = "1 to 9",
                      .env = "WSB_A"}) ==
        "Default: 3. Range: 1 to 9. Environment: WSB_A. May be repeated.");
}

}  // namespace
}  // namespace wsb::cli
