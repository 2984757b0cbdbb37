#include "cli/values.h"

#include <catch2/catch.hpp>

namespace wsb::cli {
namespace {

TEST_CASE("a whole number has no sign, no unit and no space") {
  CHECK(parse_integer("0", 0, 10).value() == 0);
  CHECK(parse_integer("18446744073709551615", 0, UINT64_MAX).value() == UINT64_MAX);
  for (const char* text : {"", "+1", "-1", " 1", "1 ", "1k", "0x1", "1.0"}) {
    INFO(text);
    CHECK_FALSE(parse_integer(text, 0, 10));
  }
  CHECK_FALSE(parse_integer("18446744073709551616", 0, UINT64_MAX));
}

TEST_CASE("a value that is refused leaves its target alone") {
  std::uint64_t number = 7;
  CHECK_FALSE(store_value(IntegerTarget{&number, 1, 9}, "10"));
  CHECK(number == 7);
  Duration time = 3s;
  CHECK_FALSE(store_value(DurationTarget{&time, 1s, 5s}, "6s"));
  CHECK(time == 3s);
  CHECK(store_value(DurationTarget{&time, 1s, 5s}, "1500ms"));
  CHECK(time == 1500ms);
}

TEST_CASE("a flag sets and unsets, and -1 stands for a count") {
  bool flag = false;
  store_flag(&flag, true);
  CHECK(flag);
  store_flag(&flag, false);
  CHECK_FALSE(flag);
  std::optional<std::uint64_t> count;
  store_flag(OneCountTarget{&count}, false);
  CHECK_FALSE(count);
  store_flag(OneCountTarget{&count}, true);
  CHECK(count == 1);
}

}  // namespace
TEST_CASE("a flag for a level counts how often it is given") {
  unsigned level = 0;
  const Target target = LevelTarget{&level};
  store_flag(target, true);
  store_flag(target, true);
  CHECK(level == 2);
}

}  // namespace wsb::cli
