#include "core/net/client_upgrade.h"

#include <catch2/catch.hpp>

namespace wsb::net {
namespace {

ConnectConfig config_for(const std::string& url) {
  ConnectConfig config;
  config.url = http::parse_url(url).value();
  return config;
}

TEST_CASE("host, target, subprotocols and headers go into the request") {
  ConnectConfig config = config_for("ws://server.test:81/a?b");
  config.subprotocols = {"one", "two"};
  config.headers.add("X-More", "1");
  config.removed_headers.push_back("Sec-WebSocket-Version");
  const auto options = upgrade_options(config);
  REQUIRE(options);
  CHECK(options->host == "server.test:81");
  CHECK(options->target == "/a?b");
  CHECK(options->subprotocols == std::vector<std::string>{"one", "two"});
  REQUIRE(options->headers.size() == 2);
  CHECK(options->headers[0].name == "Sec-WebSocket-Version");
  CHECK_FALSE(options->headers[0].value);
  CHECK(options->headers[1].value == "1");
  CHECK(options->deflate_offers.empty());
}

TEST_CASE("compression is offered with leave to limit our window") {
  ConnectConfig config = config_for("ws://server.test/");
  config.deflate = true;
  const auto options = upgrade_options(config);
  REQUIRE(options);
  REQUIRE(options->deflate_offers.size() == 1);
  CHECK(options->deflate_offers[0].text() == "permessage-deflate; client_max_window_bits");
}

TEST_CASE("user and password become Basic authorization, decoded") {
  struct Case {
    const char* user_info;
    const char* value;
  };
  constexpr Case kCases[] = {
      {"user:pass", "Basic dXNlcjpwYXNz"},
      {"user", "Basic dXNlcg=="},
      {"a%3Ab:%C3%A4", "Basic YTpiOsOk"},
      {"50%:%4", "Basic NTAlOiU0"},
  };
  for (const Case& each : kCases) {
    ConnectConfig config = config_for("ws://server.test/");
    config.url.user_info = each.user_info;
    const auto options = upgrade_options(config);
    REQUIRE(options);
    REQUIRE(options->headers.size() == 1);
    CHECK(options->headers[0].name == "Authorization");
    CHECK(options->headers[0].value == each.value);
  }
}

TEST_CASE("an Authorization header of the user's own wins") {
  ConnectConfig config = config_for("ws://user:pass@server.test/");
  config.headers.add("authorization", "Bearer x");
  const auto options = upgrade_options(config);
  REQUIRE(options);
  REQUIRE(options->headers.size() == 1);
  CHECK(options->headers[0].value == "Bearer x");
}

TEST_CASE("what HTTP cannot carry is refused") {
  ConnectConfig header = config_for("ws://server.test/");
  header.headers.add("X Y", "1");
  CHECK(upgrade_options(header).error().code == ErrorCode::invalid_argument);
  ConnectConfig subprotocol = config_for("ws://server.test/");
  subprotocol.subprotocols = {"a b"};
  CHECK(upgrade_options(subprotocol).error().code == ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace wsb::net
