#include "core/app/exposure.h"

#include <catch2/catch.hpp>

using namespace wsb::app;

namespace {

std::string warning(const std::string& host, bool tls, bool token, bool publish_token) {
  ServeConfig config;
  config.tls_self_signed = tls;
  if (token) config.access.token_file = "t";
  if (publish_token) config.access.publish_token_file = "p";
  return exposure_warning(config, {host});
}

}  // namespace

TEST_CASE("what loopback serves, or TLS with a token, needs no warning") {
  for (const char* host : {"127.0.0.1", "::1", "localhost"}) {
    CHECK(warning(host, false, false, false).empty());
  }
  CHECK(warning("0.0.0.0", true, true, false).empty());
}

TEST_CASE("of several addresses the first that is open to others counts, and unix sockets none") {
  CHECK(exposure_warning({}, {}).empty());
  CHECK(exposure_warning({}, {"127.0.0.1", "::", "0.0.0.0"}).starts_with("listening on ::: "));
}

TEST_CASE("what is open to other machines is said with what to do") {
  CHECK(warning("0.0.0.0", false, false, false) ==
        "listening on 0.0.0.0: whoever reaches it can read all messages and publish (ask for "
        "--token-file); nothing is encrypted (use --cert, unless a proxy does that)");
  CHECK(warning("::", true, false, false) ==
        "listening on ::: whoever reaches it can read all messages and publish (ask for "
        "--token-file)");
  CHECK(warning("192.0.2.1", true, false, true) ==
        "listening on 192.0.2.1: whoever reaches it can read all messages (ask for --token-file)");
  CHECK(warning("0.0.0.0", false, true, false) ==
        "listening on 0.0.0.0: credentials and messages are not encrypted (use --cert, unless a "
        "proxy does that)");
}
