#include "core/session/room_name.h"

#include <catch2/catch.hpp>

#include "core/base/limits.h"

using namespace wsb;
using namespace wsb::session;

TEST_CASE("a room is called what people can read") {
  const std::string name =
      GENERATE(as<std::string>(), "a", "news/today", "two words", "\xC3\xA4", "\xE6\xB5\xB7",
               "\xF0\x9F\x8E\x89", "*", " ", std::string(limits::kRoomNameBytes, 'x'));
  INFO(name);
  CHECK(check_room_name(name));
}

TEST_CASE("a name that cannot be is refused in words") {
  struct Row {
    std::string name;
    const char* message;
  };
  constexpr const char* kControls = "the name of the room has control characters";
  constexpr const char* kUtf8 = "the name of the room is not UTF-8";
  const Row row = GENERATE_COPY(values<Row>({
      {"", "the name of the room is empty"},
      {std::string(limits::kRoomNameBytes + 1, 'x'),
       "the name of the room is longer than 128 bytes"},
      {std::string("a\0b", 3), kControls},
      {"a\nb", kControls},
      {"a\tb", kControls},
      {"\x1b[31m", kControls},
      {"\x7F", kControls},
      {"\xC2\x85", kControls},
      {"\xC2\x9B", kControls},
      {"\xFF", kUtf8},
      {"\xC3", kUtf8},
      {"\xED\xA0\x80", kUtf8},
      {"\xC0\xAF", kUtf8},
  }));
  INFO(row.name);
  const Result<void> checked = check_room_name(row.name);
  REQUIRE_FALSE(checked);
  CHECK(checked.error().code == ErrorCode::invalid_argument);
  CHECK(checked.error().text() == row.message);
}
