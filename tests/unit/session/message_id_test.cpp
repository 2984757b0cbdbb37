#include "core/session/message_id.h"

#include <catch2/catch.hpp>

using wsb::session::parse_message_id;

TEST_CASE("an id is digits, and nothing else") {
  CHECK(parse_message_id("0") == 0);
  CHECK(parse_message_id("1790000000000000") == 1790000000000000);
  CHECK(parse_message_id("18446744073709551615") == UINT64_MAX);
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "1.5", "0x1", "18446744073709551616"}) {
    CHECK_FALSE(parse_message_id(text));
  }
}
