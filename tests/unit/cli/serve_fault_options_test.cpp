#include "cli/serve_fault_options.h"

#include <catch2/catch.hpp>

#include "cli/parse.h"

using namespace wsb;
using namespace wsb::cli;

TEST_CASE("faults and their seed are read, and judged with the whole") {
  app::ServeConfig config;
  Command command;
  command.name = "serve";
  add_fault_options(command.options, config);
  REQUIRE(parse_arguments(command, {"--fault", "drop=1/2", "--fault-seed", "0"}).has_value());
  CHECK(config.fault == "drop=1/2");
  CHECK(config.fault_seed == 0U);
  CHECK(config.validate().has_value());
  config.fault = "lose=1/2";
  CHECK(config.validate().error().text().starts_with("--fault: invalid fault 'lose=1/2': "));
  config.fault.clear();
  CHECK(config.validate().error().text() == "--fault-seed needs --fault");
  CHECK_FALSE(parse_arguments(command, {"--fault-seed", "x"}).has_value());
}
