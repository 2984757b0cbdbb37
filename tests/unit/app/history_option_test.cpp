#include "core/app/history_option.h"

#include <catch2/catch.hpp>

#include "core/base/limits.h"

using namespace wsb;
using namespace wsb::app;

TEST_CASE("a number of messages, and perhaps bytes") {
  CHECK(parse_history("", 1_MiB)->messages == 0);
  const auto number = parse_history("100", 16_MiB);
  CHECK(number->messages == 100);
  CHECK(number->bytes == 512_KiB);
  CHECK(parse_history("100", 100_KiB)->bytes == 50_KiB);
  const auto both = parse_history("7,2MiB", 4_MiB);
  CHECK(both->messages == 7);
  CHECK(both->bytes == 2_MiB);
}

TEST_CASE("anything else is refused in words that name the option") {
  for (const char* text : {"0", "-1", "x", "1.5", "2000000", "10,", "10,x", "10,0", "10,1GiB",
                           ",1KiB", " 1"}) {
    const auto refused = parse_history(text, ByteSize{limits::kRoomHistoryBytes * 4});
    INFO(text);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::invalid_argument);
    CHECK(refused.error().text().starts_with("--history "));
  }
  CHECK(parse_history("10,513KiB", 1_MiB).error().text() ==
        "--history N,BYTES must be at most half of --max-backlog, 512KiB: whoever reads what was "
        "kept must not be too slow at once");
}
