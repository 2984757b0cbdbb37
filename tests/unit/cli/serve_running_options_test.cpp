#include "cli/serve_running_options.h"

#include <catch2/catch.hpp>

#include "cli/parse.h"

using namespace wsb;
using namespace wsb::cli;

namespace {

struct Parsed {
  Result<ParseResult> result;
  app::ServeConfig config;
};

Parsed parse(const std::vector<std::string>& arguments) {
  app::ServeConfig config;
  Command command;
  command.name = "serve";
  add_running_options(command.options, config);
  auto result = parse_arguments(command, arguments);
  return {std::move(result), config};
}

}  // namespace

TEST_CASE("the times of the end are read") {
  const Parsed parsed = parse({"--drain-timeout", "1m", "--drain-delay=1500ms"});
  REQUIRE(parsed.result.has_value());
  CHECK(parsed.config.drain_timeout == std::chrono::minutes(1));
  CHECK(parsed.config.drain_delay == std::chrono::milliseconds(1500));
  CHECK(parse({}).config.drain_timeout == std::chrono::seconds(10));
}

TEST_CASE("trusted proxies are read as they are, and judged with the whole") {
  Parsed parsed = parse({"--trust-proxy", "127.0.0.1,10.0.0.0/8", "--proxy-protocol"});
  REQUIRE(parsed.result.has_value());
  CHECK(parsed.config.validate().has_value());
  parsed.config.trust_proxy = "10.0.0.0/99";
  CHECK(parsed.config.validate().error().text().starts_with("--trust-proxy: "));
  parsed.config.trust_proxy.clear();
  CHECK(parsed.config.validate().error().text() == "--proxy-protocol needs --trust-proxy");
}

TEST_CASE("a time of the end that is none is refused by name") {
  for (const std::string name : {"--drain-timeout", "--drain-delay"}) {
    for (const std::string value : {"soon", "-1s", "2h"}) {
      const Parsed parsed = parse({name, value});
      REQUIRE_FALSE(parsed.result.has_value());
      CHECK(parsed.result.error().text().starts_with(name));
    }
  }
}
