#include "core/proto/http/query.h"

#include <catch2/catch.hpp>

using namespace wsb;
using namespace wsb::http;

namespace {

Query query_of(std::string_view text) {
  Result<Query> parsed = Query::parse(text);
  REQUIRE(parsed.has_value());
  return *std::move(parsed);
}

}  // namespace

TEST_CASE("a parameter is found by its name, decoded") {
  struct Row {
    const char* text;
    std::string value;
  };
  const Row row = GENERATE(values<Row>({
      {"room=a", "a"},
      {"x=1&room=a&y=2", "a"},
      {"room=a&room=b", "a"},
      {"room=", ""},
      {"room", ""},
      {"&&room=a&", "a"},
      {"room=a=b", "a=b"},
      {"room=a+b", "a b"},
      {"room=a%20b", "a b"},
      {"room=%2B%26%3D%25", "+&=%"},
      {"ro%6fm=a", "a"},
      {"room=%C3%A4", "\xC3\xA4"},
      {"room=%c3%a4", "\xC3\xA4"},
      {"room=%FF", "\xFF"},
      {"room=%00", std::string(1, '\0')},
      {"room=a;b", "a;b"},
  }));
  INFO(row.text);
  CHECK(query_of(row.text).find("room") == row.value);
}

TEST_CASE("names differ by the case of letters") {
  CHECK_FALSE(query_of("Room=a").find("room").has_value());
}

TEST_CASE("an empty query has no parameters") {
  CHECK(query_of("").size() == 0);
  CHECK(query_of("&&").size() == 0);
  CHECK_FALSE(query_of("").find("").has_value());
}

TEST_CASE("a name may come several times, and keeps its order") {
  const Query query = query_of("room=b&x=1&room=a&room&=v");
  CHECK(query.all("room") == std::vector<std::string_view>{"b", "a", ""});
  CHECK(query.all("y").empty());
  CHECK(query.find("") == "v");
  CHECK(query.size() == 5);
}

TEST_CASE("a percent sign without two hexadecimal digits is an error") {
  const char* text = GENERATE("a=%", "a=%2", "a=%2&b=1", "a=%zz", "a=%2g", "a=% 2", "a=%%20", "%=a",
                              "a=1&b=%u0041");
  INFO(text);
  const Result<Query> parsed = Query::parse(text);
  REQUIRE_FALSE(parsed.has_value());
  CHECK(parsed.error().code == ErrorCode::protocol);
  CHECK(parsed.error().text() == "bad percent-encoding in the query");
}

TEST_CASE("parameters are limited in number") {
  std::string text = "a";
  for (std::size_t i = 1; i < limits::kQueryParameters; ++i) text += "&a";
  CHECK(query_of(text + "&").size() == limits::kQueryParameters);
  const Result<Query> parsed = Query::parse(text + "&a");
  REQUIRE_FALSE(parsed.has_value());
  CHECK(parsed.error().code == ErrorCode::too_large);
  CHECK(parsed.error().text() == "the query has more than 256 parameters");
}
