// cli/cmd_connect.cpp

#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/parse.h"
#include "tests/unit/cli/streams.h"

namespace wsb::cli {
namespace {

Captured run_connect(const std::vector<std::string>& arguments) {
  const ScratchFile no_input;
  const Redirect redirect(STDIN_FILENO, no_input.fd());
  return Captured([&] {
    const Command command = make_connect_command();
    REQUIRE(parse_arguments(command, arguments));
    return command.run();
  });
}

TEST_CASE("connect says what is wrong before it opens anything") {
  CHECK(run_connect({"ftp://x/"}).result == 3);
  const Captured both = run_connect({"--echo", "-c", "1", "ws://127.0.0.1:1/"});
  CHECK(both.result == 2);
  CHECK(both.err == "wsb: connect: an echo client counts no replies\n");
  const Captured header = run_connect({"-H", "none", "ws://127.0.0.1:1/"});
  CHECK(header.result == 2);
  CHECK(header.err == "wsb: connect: --header: 'none' has no colon: expected 'Name: value'\n");
}

TEST_CASE("connect tells a refused connection by its exit status") {
  CHECK(run_connect({"ws://127.0.0.1:1/"}).result == 7);
  CHECK(run_connect({"--echo", "ws://127.0.0.1:1/"}).result == 7);
}

}  // namespace
}  // namespace wsb::cli
