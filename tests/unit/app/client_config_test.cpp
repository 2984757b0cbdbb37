#include "core/app/client_config.h"

#include <catch2/catch.hpp>

namespace wsb::app {
namespace {

std::string refusal(const ClientConfig& config) {
  const auto result = validate(config);
  return result ? "" : result.error().text();
}

TEST_CASE("the defaults of a client are valid") { CHECK(refusal({}).empty()); }

TEST_CASE("subprotocols are tokens, each once") {
  ClientConfig config;
  config.connect.subprotocols = {"chat", "v2.chat"};
  CHECK(refusal(config).empty());
  config.connect.subprotocols = {"chat", "chat"};
  CHECK(refusal(config) == "subprotocol 'chat' is given twice");
  config.connect.subprotocols = {"two words"};
  CHECK(refusal(config) == "subprotocol 'two words' is not a token (RFC 6455 §4.1)");
  config.connect.subprotocols = {""};
  CHECK(refusal(config) == "subprotocol '' is not a token (RFC 6455 §4.1)");
}

TEST_CASE("times and sizes that allow nothing are refused") {
  ClientConfig config;
  SECTION("connect timeout") {
    config.connect.connect_timeout = 0s;
    CHECK(refusal(config) == "the connect timeout must be more than 0");
  }
  SECTION("close timeout") {
    config.connect.close_timeout = 0s;
    CHECK(refusal(config) == "the close timeout must be more than 0");
  }
  SECTION("message size") {
    config.connect.max_message = {0};
    CHECK(refusal(config) == "the largest message must be more than 0 bytes");
  }
}

TEST_CASE("an echo client counts no replies") {
  ClientConfig config;
  config.echo = true;
  CHECK(refusal(config).empty());
  config.count = 3;
  CHECK(refusal(config) == "an echo client counts no replies");
}

}  // namespace
}  // namespace wsb::app
