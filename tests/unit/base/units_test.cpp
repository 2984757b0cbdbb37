#include "core/base/units.h"

#include <catch2/catch.hpp>

#include <limits>

using namespace wsb;

TEST_CASE("durations are read in every unit, alone and combined") {
  struct Row {
    const char* text;
    Duration expected;
  };
  const Row row = GENERATE(values<Row>({
      {"0", 0ns},
      {"5", 5s},
      {"0.25", 250ms},
      {"7ns", 7ns},
      {"7us", 7us},
      {"1.5us", 1500ns},
      {"200ms", 200ms},
      {"1.5s", 1500ms},
      {"0.1s", 100ms},
      {"10m", 10min},
      {"2h", 2h},
      {"1h30m", 90min},
      {"3m20s", 200s},
      {"1h2m3s4ms5us6ns", 1h + 2min + 3s + 4ms + 5us + 6ns},
      {"9223372036854775807ns", Duration::max()},
  }));
  const auto parsed = parse_duration(row.text);
  INFO(row.text);
  REQUIRE(parsed.has_value());
  CHECK(parsed.value() == row.expected);
}

TEST_CASE("a duration that cannot be read names the text and what would be accepted") {
  const char* text = GENERATE("", "s", "-1s", "+1s", "1.s", ".5s", "1 s", " 1s", "1s ", "1S", "1x",
                              "1e3s", "nan", "inf", "0x10", "30m1h", "1s1s", "1s5", "5 ", "1,5s");
  const auto parsed = parse_duration(text);
  INFO(text);
  REQUIRE_FALSE(parsed.has_value());
  CHECK(parsed.error().code == ErrorCode::invalid_argument);
  CHECK(parsed.error().text() == std::string("invalid duration '") + text +
                                     "': expected a number with ns, us, ms, s, m or h, such as "
                                     "'200ms'");
}

TEST_CASE("a duration beyond 292 years is too large") {
  const char* text = GENERATE("9223372036854775808ns", "3000000h", "99999999999999999999999s");
  const auto parsed = parse_duration(text);
  REQUIRE_FALSE(parsed.has_value());
  CHECK(parsed.error().text() == std::string("duration '") + text + "' is too large");
}

TEST_CASE("sizes are read with decimal and binary units") {
  struct Row {
    const char* text;
    std::uint64_t expected;
  };
  const Row row = GENERATE(values<Row>({
      {"0", 0},
      {"12", 12},
      {"12B", 12},
      {"1kB", 1000},
      {"1KB", 1000},
      {"2MB", 2'000'000},
      {"3GB", 3'000'000'000},
      {"1K", 1024},
      {"1KiB", 1024},
      {"1.5KiB", 1536},
      {"0.3KiB", 307},
      {"1M", 1048576},
      {"1MiB", 1048576},
      {"2G", 2147483648},
      {"2GiB", 2147483648},
      {"18446744073709551615", std::numeric_limits<std::uint64_t>::max()},
      {"17179869183GiB", 17179869183ULL << 30U},
  }));
  const auto parsed = parse_byte_size(row.text);
  INFO(row.text);
  REQUIRE(parsed.has_value());
  CHECK(parsed.value().bytes == row.expected);
}

TEST_CASE("a size that cannot be read names the text and what would be accepted") {
  const char* text = GENERATE("", "B", "-1", "1kib", "1mb", "1 KiB", "1KiBs", "1TB", "1b", "1..5K");
  const auto parsed = parse_byte_size(text);
  INFO(text);
  REQUIRE_FALSE(parsed.has_value());
  CHECK(parsed.error().text() == std::string("invalid size '") + text +
                                     "': expected a number with B, kB, KiB, MB, MiB, GB or GiB, "
                                     "such as '1MiB'");
}

TEST_CASE("half a byte is not a size") {
  CHECK(parse_byte_size("1.5").error().text() ==
        "invalid size '1.5': expected a whole number of bytes");
  CHECK(parse_byte_size("0.5B").error().text() ==
        "invalid size '0.5B': expected a whole number of bytes");
  CHECK(parse_byte_size("2.0B").value() == ByteSize{2});
}

TEST_CASE("a size beyond 64 bits is too large") {
  CHECK(parse_byte_size("18446744073709551616").error().text() ==
        "size '18446744073709551616' is too large");
  CHECK(parse_byte_size("17179869184GiB").error().text() == "size '17179869184GiB' is too large");
}

TEST_CASE("rates are read a second, a minute and an hour") {
  CHECK(parse_rate("500/s").value() == Rate{500});
  CHECK(parse_rate("500").value() == Rate{500});
  CHECK(parse_rate("0").value() == Rate{0});
  CHECK(parse_rate("0.5/s").value() == Rate{0.5});
  CHECK(parse_rate("30/m").value() == Rate{0.5});
  CHECK(parse_rate("7200/h").value() == Rate{2});
}

TEST_CASE("a rate that cannot be read names the text and what would be accepted") {
  const char* text = GENERATE("", "/s", "-5/s", "5/", "5/d", "5 /s", "5/s ", "fast", "1e6");
  const auto parsed = parse_rate(text);
  INFO(text);
  REQUIRE_FALSE(parsed.has_value());
  CHECK(parsed.error().text() == std::string("invalid rate '") + text +
                                     "': expected a number with /s, /m or /h, such as '500/s'");
}

TEST_CASE("a rate beyond 64 bits is too large") {
  CHECK(parse_rate("99999999999999999999999/s").error().text() ==
        "rate '99999999999999999999999/s' is too large");
}

TEST_CASE("durations are written with at most three decimals in the unit that fits") {
  struct Row {
    Duration duration;
    const char* expected;
  };
  const Row row = GENERATE(values<Row>({
      {0ns, "0s"},
      {1ns, "1ns"},
      {999ns, "999ns"},
      {1500ns, "1.5us"},
      {200ms, "200ms"},
      {1234567ns, "1.235ms"},
      {999'999'499ns, "999.999ms"},
      {999'999'500ns, "1s"},
      {1500ms, "1.5s"},
      {59'999'400us, "59.999s"},
      {59'999'500us, "1m"},
      {200s, "3m20s"},
      {90min, "1h30m"},
      {1h + 500ms, "1h0.5s"},
      {25h, "25h"},
      {-1500ms, "-1.5s"},
      {Duration::min(), "-2562047h47m16.855s"},
  }));
  CHECK(format_duration(row.duration) == row.expected);
}

TEST_CASE("what the formatters print is read back as the same value") {
  for (const Duration duration : {Duration(0), Duration(5ns), Duration(1500us), Duration(200s)}) {
    CHECK(parse_duration(format_duration(duration)).value() == duration);
  }
  for (const std::uint64_t bytes : {0ULL, 12ULL, 1024ULL, 1536ULL, 1ULL << 20U, 1ULL << 40U}) {
    CHECK(parse_byte_size(format_byte_size({bytes})).value().bytes == bytes);
  }
  for (const double rate : {0.0, 0.5, 500.0, 1e6, 10.0 / 3600}) {
    CHECK(parse_rate(format_rate({rate})).value().per_second == Approx(rate));
  }
}

TEST_CASE("sizes are written in the binary unit that fits") {
  CHECK(format_byte_size({0}) == "0B");
  CHECK(format_byte_size({1023}) == "1023B");
  CHECK(format_byte_size(1_KiB) == "1KiB");
  CHECK(format_byte_size({1536}) == "1.5KiB");
  CHECK(format_byte_size(1_MiB) == "1MiB");
  CHECK(format_byte_size({1234567}) == "1.177MiB");
  CHECK(format_byte_size({(1U << 20U) - 1}) == "1023.999KiB");
  CHECK(format_byte_size({(1U << 30U) - 1}) == "1GiB");
  CHECK(format_byte_size({std::numeric_limits<std::uint64_t>::max()}) == "17179869184GiB");
}

TEST_CASE("rates are written in the first unit that is exact") {
  CHECK(format_rate({0}) == "0/s");
  CHECK(format_rate({500}) == "500/s");
  CHECK(format_rate({1'000'000}) == "1000000/s");
  CHECK(format_rate({0.5}) == "0.5/s");
  CHECK(format_rate({1.0 / 3}) == "20/m");
  CHECK(format_rate({10.0 / 3600}) == "10/h");
  CHECK(format_rate({3.14159265}) == "3.14159/s");
}
