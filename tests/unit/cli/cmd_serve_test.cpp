// cli/cmd_serve.cpp

#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/parse.h"
#include "tests/unit/cli/streams.h"

namespace wsb::cli {
namespace {

Captured run_serve(const std::vector<std::string>& arguments) {
  const ScratchFile no_input;
  const Redirect redirect(STDIN_FILENO, no_input.fd());
  return Captured([&] {
    const Command command = make_serve_command();
    REQUIRE(parse_arguments(command, arguments));
    return command.run();
  });
}

TEST_CASE("serve refuses what does not go together as wrong usage") {
  const Captured both = run_serve({"--raw", "--echo"});
  CHECK(both.result == 2);
  CHECK(both.err == "wsb: serve: --raw and --echo exclude each other\n");
  CHECK(run_serve({"--cert", "x.pem"}).err == "wsb: serve: --cert needs --key\n");
}

TEST_CASE("serve fails with one line when it cannot start") {
  const Captured folder = run_serve({"--port", "0", "--public", "/no/such/folder"});
  CHECK(folder.result == 1);
  CHECK(folder.out.empty());
  CHECK(folder.err.find("/no/such/folder") != std::string::npos);
  CHECK(folder.err.find('\n') == folder.err.size() - 1);
}

}  // namespace
}  // namespace wsb::cli
