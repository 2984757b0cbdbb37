#include "core/proto/engineio/close_reason.h"

#include <catch2/catch.hpp>

using namespace wsb::engineio;

TEST_CASE("the reasons of an end read as in the documentation") {
  CHECK(describe(CloseReason::transport_close) == "transport close");
  CHECK(describe(CloseReason::transport_error) == "transport error");
  CHECK(describe(CloseReason::parse_error) == "parse error");
  CHECK(describe(CloseReason::ping_timeout) == "ping timeout");
  CHECK(describe(CloseReason::forced_close) == "forced close");
  CHECK(describe(CloseReason::queue_full) == "queue full");
}
