// cli/cmd_bench.cpp

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "cli/command.h"
#include "cli/parse.h"
#include "tests/unit/cli/streams.h"

namespace wsb::cli {
namespace {

Captured run_bench(const std::vector<std::string>& arguments) {
  const ScratchFile no_input;
  const Redirect redirect(STDIN_FILENO, no_input.fd());
  return Captured([&] {
    const Command command = make_bench_command();
    REQUIRE(parse_arguments(command, arguments));
    return command.run();
  });
}

TEST_CASE("bench refuses wrong usage, a malformed URL included") {
  CHECK(run_bench({"ftp://x/"}).result == 2);
  const Captured size = run_bench({"--size", "10B", "ws://127.0.0.1:1/"});
  CHECK(size.result == 2);
  CHECK(size.err.find("--size") != std::string::npos);
}

TEST_CASE("bench refuses what is for Socket.IO alone without it, and a reserved event") {
  CHECK(run_bench({"--event", "x", "ws://127.0.0.1:1/"}).err ==
        "wsb: bench: --event is for --socketio\n");
  CHECK(run_bench({"--auth", "{}", "ws://127.0.0.1:1/"}).err ==
        "wsb: bench: --auth is for --socketio\n");
  const Captured reserved = run_bench({"--socketio", "--event", "connect", "ws://127.0.0.1:1/"});
  CHECK(reserved.result == 2);
  CHECK(reserved.err ==
        "wsb: bench: --event: 'connect' is a reserved name of Socket.IO, no event\n");
}

TEST_CASE("bench refuses a result file that cannot be opened, before it connects") {
  const Captured refused = run_bench({"-o", "/no/such/folder/x", "ws://127.0.0.1:1/"});
  CHECK(refused.result == 1);
  CHECK(refused.out.empty());
  CHECK(refused.err.find("'/no/such/folder/x': No such file or directory") != std::string::npos);
}

TEST_CASE("bench offers compression only when it is asked to") {
  const Command command = make_bench_command();
  const auto found =
      std::find_if(command.options.begin(), command.options.end(),
                   [](const Option& option) { return option.names == "--compress"; });
  REQUIRE(found != command.options.end());
  CHECK(found->fallback == "not offered");
  CHECK_FALSE(*std::get<bool*>(found->target));
}

TEST_CASE("bench that cannot connect has its own exit status, and still reports") {
  const std::vector<std::string> arguments{"-n",       "1", "--canaries",       "0", "-d", "100ms",
                                           "--warmup", "0", "ws://127.0.0.1:1/"};
  const Captured table = run_bench(arguments);
  CHECK(table.result == 3);
  CHECK(table.out.find("ws://127.0.0.1:1/") != std::string::npos);
  std::vector<std::string> json = arguments;
  json.push_back("--json");
  CHECK(run_bench(json).out.starts_with("{\n"));
}

}  // namespace
}  // namespace wsb::cli
