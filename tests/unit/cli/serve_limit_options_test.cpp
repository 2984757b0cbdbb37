#include "cli/serve_limit_options.h"

#include <catch2/catch.hpp>

#include "cli/parse.h"

using namespace wsb;
using namespace wsb::cli;

namespace {

struct Parsed {
  Result<ParseResult> result;
  app::LimitsConfig limits;
};

Parsed parse(const std::vector<std::string>& arguments) {
  app::LimitsConfig limits;
  Command command;
  command.name = "serve";
  add_limit_options(command.options, limits);
  auto result = parse_arguments(command, arguments);
  return {std::move(result), limits};
}

}  // namespace

TEST_CASE("the limits of clients are read") {
  const Parsed parsed = parse({"--max-clients", "100", "--max-clients-per-ip=3", "--rate", "10,50",
                               "--handshake-timeout", "3s", "--idle-timeout", "10m"});
  REQUIRE(parsed.result.has_value());
  CHECK(parsed.limits.max_clients == 100);
  CHECK(parsed.limits.max_clients_per_ip == 3);
  CHECK(parsed.limits.rate == "10,50");
  CHECK(parsed.limits.handshake_timeout == 3s);
  CHECK(parsed.limits.idle_timeout == 10min);
  CHECK(parsed.limits.validate().has_value());
}

TEST_CASE("a limit that is none is refused by name") {
  struct Row {
    std::string name;
    std::string value;
  };
  for (const Row& row : {Row{"--max-clients", "0"}, Row{"--max-clients-per-ip", "many"},
                         Row{"--handshake-timeout", "0"}, Row{"--idle-timeout", "-1s"}}) {
    const Parsed parsed = parse({row.name, row.value});
    REQUIRE_FALSE(parsed.result.has_value());
    CHECK(parsed.result.error().text().starts_with(row.name));
  }
}
