#include "core/proto/ws/close_code.h"

#include <catch2/catch.hpp>

#include <set>

using namespace wsb::ws;

TEST_CASE("RFC 6455 7.4: exactly 1000-1003, 1007-1014 and 3000-4999 may be on the wire") {
  const std::set<int> good_below_3000 = {1000, 1001, 1002, 1003, 1007, 1008,
                                         1009, 1010, 1011, 1012, 1013, 1014};
  for (int number = 0; number <= 0xFFFF; ++number) {
    const bool good = good_below_3000.count(number) != 0 || (number >= 3000 && number <= 4999);
    const auto code = static_cast<CloseCode>(number);
    if (may_be_on_the_wire(code) != good) FAIL("code " << number);
    if (to_number(code) != number) FAIL("number " << number);
  }
  SUCCEED();
}

TEST_CASE("a close code is described in words") {
  CHECK(describe(CloseCode::normal) == "normal closure");
  CHECK(describe(CloseCode::going_away) == "going away");
  CHECK(describe(CloseCode::protocol_error) == "protocol error");
  CHECK(describe(CloseCode::unsupported_data) == "unsupported data");
  CHECK(describe(CloseCode::no_status) == "no status");
  CHECK(describe(CloseCode::abnormal) == "abnormal closure");
  CHECK(describe(CloseCode::invalid_payload) == "invalid payload data");
  CHECK(describe(CloseCode::policy_violation) == "policy violation");
  CHECK(describe(CloseCode::message_too_big) == "message too big");
  CHECK(describe(CloseCode::extension_missing) == "extension missing");
  CHECK(describe(CloseCode::internal_error) == "internal error");
  CHECK(describe(CloseCode::service_restart) == "service restart");
  CHECK(describe(CloseCode::try_again_later) == "try again later");
  CHECK(describe(CloseCode::bad_gateway) == "bad gateway");
  CHECK(describe(CloseCode::tls_handshake) == "TLS handshake failed");
  CHECK(describe(static_cast<CloseCode>(3000)) == "registered code");
  CHECK(describe(static_cast<CloseCode>(3999)) == "registered code");
  CHECK(describe(static_cast<CloseCode>(4000)) == "private code");
  CHECK(describe(static_cast<CloseCode>(4999)) == "private code");
  CHECK(describe(static_cast<CloseCode>(1004)) == "unknown code");
  CHECK(describe(static_cast<CloseCode>(2999)) == "unknown code");
  CHECK(describe(static_cast<CloseCode>(5000)) == "unknown code");
}
