#include "core/session/json_strings.h"

#include <catch2/catch.hpp>

namespace wsb::session {

TEST_CASE("a JSON string is decoded, anything else is none") {
  CHECK(string_of_json(R"("a\n\u00e9")") == "a\n\xC3\xA9");
  CHECK(string_of_json(R"("")") == "");
  for (const char* other : {"", "a", "1", "null", "[\"a\"]", "\"a", "\"a\" \"b\""}) {
    CHECK_FALSE(string_of_json(other));
  }
}

TEST_CASE("a string member of a JSON object is found") {
  CHECK(string_member(R"({"token":"s","x":1})", "token") == "s");
  for (const char* other : {"", "{}", R"({"token":1})", R"(["token"])", R"({"Token":"s"})", "{"}) {
    CHECK_FALSE(string_member(other, "token"));
  }
}

}  // namespace wsb::session
