#include "core/base/rate_limit.h"

#include <catch2/catch.hpp>

using namespace wsb;

TEST_CASE("a rate limit is a rate and a burst") {
  struct Row {
    const char* text;
    double per_second;
    double burst;
    const char* written;
  };
  const Row row = GENERATE(values<Row>({
      {"100/s,200", 100, 200, "100/s,200"},
      {"100/s,1", 100, 1, "100/s,1"},
      {"100", 100, 100, "100/s,100"},
      {"2.5/s", 2.5, 3, "2.5/s,3"},
      {"30/m", 0.5, 1, "0.5/s,1"},
      {"30/m,10", 0.5, 10, "0.5/s,10"},
      {"1/h,4294967295", 1.0 / 3600, 4294967295, "1/h,4294967295"},
  }));
  INFO(row.text);
  const Result<RateLimit> limit = parse_rate_limit(row.text);
  REQUIRE(limit.has_value());
  CHECK(*limit == RateLimit{Rate{row.per_second}, row.burst});
  CHECK(format_rate_limit(*limit) == row.written);
}

TEST_CASE("a rate limit that cannot be read says what is wrong with it") {
  struct Row {
    const char* text;
    const char* message;
  };
  constexpr const char* kBurst = "': the burst is a whole number of at least 1, as in '100/s,200'";
  const Row row = GENERATE_COPY(values<Row>({
      {"0", "invalid rate limit '0': the rate must be above zero"},
      {"0/s,5", "invalid rate limit '0/s,5': the rate must be above zero"},
      {"100/s,", nullptr},
      {"100/s,0", nullptr},
      {"100/s,-1", nullptr},
      {"100/s,1.5", nullptr},
      {"100/s,1,2", nullptr},
      {"100/s, 5", nullptr},
      {"100/s,4294967296", nullptr},
      {"", "invalid rate '': expected a number with /s, /m or /h, such as '500/s'"},
      {"fast", "invalid rate 'fast': expected a number with /s, /m or /h, such as '500/s'"},
  }));
  INFO(row.text);
  const Result<RateLimit> limit = parse_rate_limit(row.text);
  REQUIRE_FALSE(limit.has_value());
  CHECK(limit.error().code == ErrorCode::invalid_argument);
  const std::string expected =
      row.message ? row.message : "invalid rate limit '" + std::string(row.text) + kBurst;
  CHECK(limit.error().text() == expected);
}
