#include "core/net/tls/keyed_hash.h"

#include <catch2/catch.hpp>

namespace wsb::net {

TEST_CASE("equal parts are known again, by their own key alone") {
  const KeyedHash hash;
  const KeyedHash other;
  CHECK(hash.of({"user", "password"}) == hash.of({"user", "password"}));
  CHECK(hash.of({"user", "password"}) != other.of({"user", "password"}));
  CHECK(hash.of({"user", "password"}) != hash.of({"user", "passwore"}));
}

TEST_CASE("where a part ends counts") {
  const KeyedHash hash;
  CHECK(hash.of({"ab", "c"}) != hash.of({"a", "bc"}));
  CHECK(hash.of({"ab", ""}) != hash.of({"ab"}));
  CHECK(hash.of({"ab", ""}) != hash.of({"", "ab"}));
}

}  // namespace wsb::net
