#include "core/net/trusted_proxies.h"

#include <catch2/catch.hpp>

namespace wsb::net {

TEST_CASE("proxies are addresses, networks and those of unix sockets") {
  const TrustedProxies none;
  CHECK(none.empty());
  CHECK_FALSE(none.contain("unix"));
  CHECK_FALSE(none.contain("127.0.0.1:80"));
  const auto both = parse_trusted_proxies("10.0.0.0/8, unix ,::1").value();
  CHECK_FALSE(both.empty());
  for (const char* inside : {"10.1.2.3:80", "[::1]:80", "10.0.0.1", "unix"}) {
    CAPTURE(inside);
    CHECK(both.contain(inside));
  }
  for (const char* outside : {"11.0.0.1:80", "", "/run/x", "unix:", "unix:80"}) {
    CAPTURE(outside);
    CHECK_FALSE(both.contain(outside));
  }
  CHECK_FALSE(parse_trusted_proxies("10.0.0.0/8").value().contain("unix"));
  const auto local = parse_trusted_proxies("unix").value();
  CHECK(local.contain("unix"));
  CHECK_FALSE(local.contain("127.0.0.1:80"));
}

TEST_CASE("what is neither is refused") {
  for (const char* bad : {"", "unix,", ",unix", "Unix", "unix:/run/s", "10.0.0.0/8,,unix"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_trusted_proxies(bad));
  }
}

}  // namespace wsb::net
