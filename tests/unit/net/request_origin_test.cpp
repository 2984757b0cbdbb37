#include "core/net/request_origin.h"

#include <catch2/catch.hpp>

using namespace wsb;
using namespace wsb::net;

TEST_CASE("the address of a remote is found with and without a port") {
  const auto v4 = IpAddress::parse("192.0.2.1");
  const auto v6 = IpAddress::parse("2001:db8::1");
  CHECK(address_of_remote("192.0.2.1:80") == v4);
  CHECK(address_of_remote("192.0.2.1") == v4);
  CHECK(address_of_remote("[2001:db8::1]:80") == v6);
  CHECK(address_of_remote("2001:db8::1") == v6);
  for (const char* none : {"", "[", "[]", ":80", "/run/wsb.sock", "name:80"}) {
    CAPTURE(none);
    CHECK(address_of_remote(none) == std::nullopt);
  }
}

TEST_CASE("a trusted proxy names the client, nobody else does") {
  const auto proxies = parse_trusted_proxies("10.0.0.0/8").value();
  const http::Headers headers{{"X-Forwarded-For", "203.0.113.9"}, {"X-Forwarded-Proto", "https"}};
  const RequestOrigin proxy{"10.1.2.3:999", false};
  CHECK(find_origin(proxy, headers, proxies) == RequestOrigin{"203.0.113.9", true});
  CHECK(find_origin(proxy, {}, proxies) == proxy);
  CHECK(find_origin(proxy, headers, {}) == proxy);
  const RequestOrigin stranger{"192.0.2.7:999", false};
  CHECK(find_origin(stranger, headers, proxies) == stranger);
  const RequestOrigin local{"/run/wsb.sock", false};
  CHECK(find_origin(local, headers, proxies) == local);
  const RequestOrigin by_unix{"unix", false};
  CHECK(find_origin(by_unix, headers, proxies) == by_unix);
  const auto with_unix = parse_trusted_proxies("unix").value();
  CHECK(find_origin(by_unix, headers, with_unix) == RequestOrigin{"203.0.113.9", true});
  CHECK(find_origin(by_unix, {}, with_unix) == by_unix);
  CHECK(find_origin(stranger, headers, with_unix) == stranger);
}
