// cli/cmd_send.cpp

#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/parse.h"
#include "tests/unit/cli/streams.h"

namespace wsb::cli {
namespace {

Captured run_send(const std::vector<std::string>& arguments) {
  const ScratchFile no_input;
  const Redirect redirect(STDIN_FILENO, no_input.fd());
  return Captured([&] {
    const Command command = make_send_command();
    REQUIRE(parse_arguments(command, arguments));
    return command.run();
  });
}

TEST_CASE("send says what is wrong before it opens anything") {
  CHECK(run_send({"ftp://x/", "m"}).result == 3);
  const Captured missing = run_send({"ws://127.0.0.1:1/", "@no/such/file"});
  CHECK(missing.result == 26);
  CHECK(missing.err == "wsb: (26) input: cannot read 'no/such/file': No such file or directory\n");
  const Captured twice = run_send({"ws://127.0.0.1:1/", "-", "@-"});
  CHECK(twice.result == 2);
  CHECK(twice.err == "wsb: send: standard input is used twice\n");
  CHECK(run_send({"ws://127.0.0.1:1/", "\xff"}).result == 26);
}

TEST_CASE("send tells a refused connection by its exit status") {
  const Captured refused = run_send({"ws://127.0.0.1:1/", "m"});
  CHECK(refused.result == 7);
  CHECK(refused.out.empty());
}

}  // namespace
}  // namespace wsb::cli
