#include "cli/suggest.h"

#include <catch2/catch.hpp>

namespace wsb::cli {
namespace {

TEST_CASE("the nearest name is found within a third of its length") {
  const std::vector<std::string_view> names{"serve", "connect", "send", "bench"};
  CHECK(nearest("conect", names) == "connect");
  CHECK(nearest("sned", names) == "");
  CHECK(nearest("sent", names) == "send");
  CHECK(nearest("conn", names) == "connect");
  CHECK(nearest("xyzzy", names).empty());
  CHECK(nearest("", names).empty());
}

TEST_CASE("every command suggests its own options and knows those of other tools") {
  const Command connect = *make_command("connect");
  CHECK(unknown_option(connect, "--ehco") == "unknown option '--ehco' (did you mean '--echo'?)");
  CHECK(unknown_option(connect, "--no-compres") ==
        "unknown option '--no-compres' (did you mean '--no-compress'?)");
  CHECK(unknown_option(connect, "--verbos=1") ==
        "unknown option '--verbos' (did you mean '--verbose'?)");
  CHECK(unknown_option(connect, "--hlep") == "unknown option '--hlep' (did you mean '--help'?)");
  CHECK(unknown_option(connect, "--zzz") == "unknown option '--zzz' (see 'wsb connect -h')");
  CHECK(unknown_option(connect, "-o") ==
        "unknown option '-o' (the origin is a header: -H 'Origin: https://…')");
  CHECK(unknown_option(connect, "-w5") ==
        "unknown option '-w5' (the time to wait after the end of input is --linger)");
}

TEST_CASE("no hint names an option that the command does not have") {
  const Command send = *make_command("send");
  CHECK(unknown_option(send, "-w") == "unknown option '-w' (see 'wsb send -h')");
  CHECK(unknown_option(send, "--linger") == "unknown option '--linger' (see 'wsb send -h')");
}

TEST_CASE("a value that belongs to another tool's letter is explained") {
  CHECK(other_tools_hint("-c", "wss://x") == "did you mean 'wsb connect wss://x'? -c is --count");
  CHECK(other_tools_hint("-c", "3").empty());
  CHECK(other_tools_hint("--header", "ws://x").empty());
}

}  // namespace
}  // namespace wsb::cli
