#include "core/app/slow_consumer.h"

#include <catch2/catch.hpp>

using namespace wsb;
using namespace wsb::app;

TEST_CASE("each policy has its name") {
  CHECK(parse_slow_consumer("disconnect").value() == net::SlowReaderPolicy::disconnect);
  CHECK(parse_slow_consumer("drop-oldest").value() == net::SlowReaderPolicy::drop_oldest);
  CHECK(parse_slow_consumer("drop-newest").value() == net::SlowReaderPolicy::drop_newest);
}

TEST_CASE("another word is refused, naming the option and what it takes") {
  for (const char* text : {"", "drop", "Disconnect", "drop_oldest"}) {
    const auto refused = parse_slow_consumer(text);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::invalid_argument);
    CHECK(refused.error().message ==
          "--slow-consumer must be disconnect, drop-oldest or drop-newest, not '" +
              std::string(text) + "'");
  }
}
