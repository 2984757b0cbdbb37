#include "core/app/origin_policy.h"

#include <catch2/catch.hpp>

using namespace wsb;
using namespace wsb::app;

namespace {

bool allows(const std::vector<std::string>& patterns, bool loopback, const std::string& origin,
            const std::string& host = "example.com") {
  const auto policy = OriginPolicy::create(patterns, loopback);
  REQUIRE(policy);
  return policy->allows({{"Host", host}, {"Origin", origin}});
}

bool matches(const std::string& pattern, const std::string& text) {
  const auto parsed = OriginPattern::parse(pattern);
  REQUIRE(parsed);
  const auto origin = Origin::parse(text);
  return parsed->matches(origin ? &*origin : nullptr);
}

}  // namespace

TEST_CASE("a request without an Origin comes from a program and is let in") {
  const auto policy = OriginPolicy::create({}, false);
  CHECK(policy->allows({{"Host", "example.com"}}));
}

TEST_CASE("a page of the host that it asks is let in, whatever the scheme") {
  CHECK(allows({}, false, "https://example.com", "example.com"));
  CHECK(allows({}, false, "https://example.com", "example.com:443"));
  CHECK(allows({}, false, "http://EXAMPLE.com:80", "Example.COM"));
  CHECK(allows({}, false, "http://example.com:3000", "example.com:3000"));
  CHECK(allows({}, false, "http://[::1]:3000", "[::1]:3000"));
  CHECK_FALSE(allows({}, false, "http://example.com:3001", "example.com:3000"));
  CHECK_FALSE(allows({}, false, "http://example.com", "example.com:443"));
  CHECK_FALSE(allows({}, false, "https://example.com.evil.test", "example.com"));
  CHECK_FALSE(allows({}, false, "https://evil.test", "example.com"));
  CHECK_FALSE(allows({}, false, "null", "example.com"));
  CHECK_FALSE(allows({}, false, "", "example.com"));
}

TEST_CASE("pages of this machine are let in while only this machine is served") {
  for (const char* origin : {"http://localhost:8000", "http://127.0.0.1", "https://127.9.9.9:1",
                             "http://[::1]:5173", "http://app.localhost:80"}) {
    CAPTURE(origin);
    CHECK(allows({}, true, origin, "127.0.0.1:3000"));
    CHECK_FALSE(allows({}, false, origin, "example.com"));
  }
  CHECK_FALSE(allows({}, true, "http://localhost.evil.test", "127.0.0.1:3000"));
  CHECK_FALSE(allows({}, true, "http://128.0.0.1", "127.0.0.1:3000"));
  CHECK_FALSE(allows({}, true, "null", "127.0.0.1:3000"));
}

TEST_CASE("two Origin fields are refused, even if each is good") {
  const auto policy = OriginPolicy::create({"*"}, true);
  CHECK_FALSE(policy->allows({{"Origin", "http://a.test"}, {"Origin", "http://a.test"}}));
}

TEST_CASE("a pattern says scheme, host and port, or leaves them out") {
  CHECK(matches("https://a.test", "https://a.test"));
  CHECK(matches("https://a.test", "https://A.test:443"));
  CHECK_FALSE(matches("https://a.test", "http://a.test"));
  CHECK_FALSE(matches("https://a.test", "https://a.test:8443"));
  CHECK(matches("https://a.test:8443", "https://a.test:8443"));
  CHECK(matches("a.test", "http://a.test"));
  CHECK(matches("a.test", "https://a.test"));
  CHECK_FALSE(matches("a.test", "ftp://a.test"));
  CHECK_FALSE(matches("a.test", "http://a.test:8080"));
  CHECK(matches("a.test:*", "http://a.test:8080"));
  CHECK(matches("http://[::1]:*", "http://[::1]:99"));
  CHECK(matches("chrome-extension://abcdef", "chrome-extension://abcdef"));
}

TEST_CASE("a star stands for names below a host, never for the host or another one") {
  CHECK(matches("https://*.a.test", "https://x.a.test"));
  CHECK(matches("https://*.a.test", "https://x.y.a.test"));
  CHECK_FALSE(matches("https://*.a.test", "https://a.test"));
  CHECK_FALSE(matches("https://*.a.test", "https://xa.test"));
  CHECK_FALSE(matches("https://*.a.test", "https://.a.test"));
  CHECK_FALSE(matches("https://*.a.test", "https://x.a.test.evil.test"));
}

TEST_CASE("a star alone is every origin, null only pages without one") {
  CHECK(matches("*", "https://x.test"));
  CHECK(matches("*", "null"));
  CHECK(matches("null", "null"));
  CHECK_FALSE(matches("null", "https://x.test"));
}

TEST_CASE("what is no pattern is refused in words") {
  for (const char* text : {"", "https://", "://a", "https://a/", "https://a/b", "a b", "https://*",
                           "a.*", "https://a:0", "https://a:65536", "https://a:x", "[::1", "*."}) {
    CAPTURE(text);
    CHECK_FALSE(OriginPattern::parse(text));
  }
  CHECK(OriginPattern::parse("https://a/").error().text() ==
        "'https://a/' is not an origin such as 'https://example.com', 'https://*.example.com' or "
        "'*' (no path, no '/' at the end)");
}
