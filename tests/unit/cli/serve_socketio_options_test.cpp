#include "cli/serve_socketio_options.h"

#include <catch2/catch.hpp>

#include "cli/parse.h"

using namespace wsb;
using namespace wsb::cli;

TEST_CASE("the options for Socket.IO clients are read") {
  app::SocketioConfig config;
  Command command;
  command.name = "serve";
  add_socketio_options(command.options, config);
  REQUIRE(parse_arguments(command, {"--namespace", "/a", "--namespace=/b-*", "--conformance",
                                    "engineio", "--socketio-client", "io.js", "--recovery", "2m"}));
  CHECK(config.namespaces == std::vector<std::string>{"/a", "/b-*"});
  CHECK(config.conformance == "engineio");
  CHECK(config.client_file == "io.js");
  CHECK(config.recovery == std::chrono::minutes(2));
  CHECK(config.validate().has_value());
}
