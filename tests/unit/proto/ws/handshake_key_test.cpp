#include "core/proto/ws/handshake_key.h"

#include <catch2/catch.hpp>

#include "tests/unit/proto/ws/fixed_random.h"

using namespace wsb;
using namespace wsb::ws;

TEST_CASE("RFC 6455 1.3: the accept value of the sample nonce") {
  CHECK(accept_for_key("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_CASE("RFC 6455 4.1: a key is 16 random bytes in base64") {
  test::FixedRandom random;
  CHECK(make_handshake_key(random) == "N/ohPTf6IT03+iE9N/ohPQ==");
  CHECK(is_handshake_key("N/ohPTf6IT03+iE9N/ohPQ=="));
}

TEST_CASE("RFC 6455 4.2.1: anything but 16 bytes in base64 is not a key") {
  for (const char* key :
       {"", "AAAA", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ",
        "dGhlIHNhbXBsZSBub25jZSE=", "dGhlIHNhbXBsZSBub25jZ!==", "dGhlIHNhbXBsZSBub25jZQ== "}) {
    CHECK_FALSE(is_handshake_key(key));
  }
}
