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
  CHECK(fault(config) == "--token-in-query needs a token (--token-file)");
  config.publish_token_file = "x";
  CHECK(fault(config).empty());
}

TEST_CASE("a token that cannot be sent is refused without being repeated") {
  AccessConfig config;
  config.token = "open sesame";
  CHECK(fault(config).starts_with("--token: "));
  CHECK(fault(config).find("sesame") == std::string::npos);
}
