#include "cli/serve_access_options.h"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "cli/parse.h"

namespace wsb::cli {
namespace {

TEST_CASE("what is said about access reaches the configuration") {
  app::ServeConfig config;
  Command command;
  command.name = "serve";
  add_access_options(command.options, config);
  REQUIRE(parse_arguments(command, {"--origin", "https://a.test", "--origin", "b.test", "--cors",
                                    "--token-file", "t", "--token", "secret",
                                    "--publish-token-file", "p", "--token-in-query"}));
  CHECK(config.access.origins == std::vector<std::string>{"https://a.test", "b.test"});
  CHECK(config.access.cors);
  CHECK(config.access.token_file == "t");
  CHECK(config.access.token == "secret");
  CHECK(config.access.publish_token_file == "p");
  CHECK(config.access.token_in_query);
}

}  // namespace
}  // namespace wsb::cli
