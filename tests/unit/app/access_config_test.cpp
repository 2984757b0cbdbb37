#include "core/app/access_config.h"

#include <catch2/catch.hpp>

using namespace wsb;
using namespace wsb::app;

namespace {

std::string fault(const AccessConfig& config) {
  const auto valid = config.validate();
  return valid ? "" : valid.error().text();
}

}  // namespace

TEST_CASE("a configuration of access is good, or says which option is not") {
  CHECK(fault({}).empty());
  AccessConfig config;
  config.origins = {"https://a.test", "https://b.test/"};
  CHECK(fault(config).starts_with("--origin: 'https://b.test/' is not an origin"));
  config = {};
  config.token_in_query = true;
  CHECK(fault(config) == "--token-in-query needs a token (--token-file, --jwt-key)");
  config.publish_token_file = "x";
  CHECK(fault(config).empty());
  config = {};
  config.jwt_audience = "chat";
  CHECK(fault(config) == "--jwt-audience needs --jwt-key");
  config.jwt_audience.clear();
  config.jwt_issuer = "us";
  CHECK(fault(config) == "--jwt-issuer needs --jwt-key");
  CHECK_FALSE(config.guards_subscribing());
  config.jwt_key_files = std::vector<std::string>(8, "key.pem");
  CHECK(fault(config).empty());
  CHECK(config.guards_subscribing());
  config.jwt_key_files.emplace_back("key.pem");
  CHECK(fault(config) == "--jwt-key can be given 8 times at most");
}

TEST_CASE("a token that cannot be sent is refused without being repeated") {
  AccessConfig config;
  config.token = "open sesame";
  CHECK(fault(config).starts_with("--token: "));
  CHECK(fault(config).find("sesame") == std::string::npos);
}
