#include "core/proto/http/conditional.h"

#include <catch2/catch.hpp>

using namespace wsb::http;

namespace {

constexpr const char* kDay6 = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr const char* kDay7 = "Mon, 07 Nov 1994 08:49:37 GMT";
constexpr const char* kDay8 = "Tue, 08 Nov 1994 08:49:37 GMT";

const sys_seconds kNow{std::chrono::seconds(1'795'000'000)};

// A resource "abc" of the 7th.
Precondition judge(const Headers& headers, std::string_view method = "GET") {
  return judge_preconditions(headers, method, {"\"abc\"", parse_http_date(kDay7, kNow)}, kNow);
}

}  // namespace

TEST_CASE("strong comparison wants equal tags of which none is weak") {
  struct Row {
    const char* a;
    const char* b;
    bool strong;
    bool weak;
  };
  // RFC 9110 §8.8.3.2
  const Row row = GENERATE(values<Row>({
      {"W/\"1\"", "W/\"1\"", false, true},
      {"W/\"1\"", "W/\"2\"", false, false},
      {"W/\"1\"", "\"1\"", false, true},
      {"\"1\"", "\"1\"", true, true},
      {"\"\"", "\"\"", true, true},
      {"\"1\"", "\"2\"", false, false},
      {"", "", false, false},
      {"1", "1", false, false},
      {"w/\"1\"", "w/\"1\"", false, false},
      {"\"1", "\"1", false, false},
  }));
  INFO(row.a << " and " << row.b);
  CHECK(etags_match_strongly(row.a, row.b) == row.strong);
  CHECK(etags_match_weakly(row.a, row.b) == row.weak);
  CHECK(etags_match_strongly(row.b, row.a) == row.strong);
  CHECK(etags_match_weakly(row.b, row.a) == row.weak);
}

TEST_CASE("a request without conditions proceeds") {
  CHECK(judge({}) == Precondition::proceed);
  CHECK(judge({{"Accept", "*/*"}}, "PUT") == Precondition::proceed);
}

TEST_CASE("If-None-Match lists what the client has") {
  struct Row {
    const char* list;
    bool has_it;
  };
  const Row row = GENERATE(values<Row>({
      {"\"abc\"", true},
      {"W/\"abc\"", true},
      {"\"x\", \"abc\"", true},
      {"\"x\",W/\"y\" ,\t\"abc\"", true},
      {", ,\"abc\"", true},
      {"*", true},
      {" * ", true},
      {"\"a,b\", \"abc\"", true},
      {"\"a\\\", \"abc\"", true},  // a backslash escapes nothing in an entity tag
      {"\"ABC\"", false},
      {"abc", false},
      {"\"abc", false},
      {"", false},
      {"garbage, \"abc\"", false},
      {"\"a b\", \"abc\"", false},
  }));
  INFO(row.list);
  const Headers headers{{"If-None-Match", row.list}};
  CHECK(judge(headers) == (row.has_it ? Precondition::not_modified : Precondition::proceed));
  CHECK(judge(headers, "HEAD") ==
        (row.has_it ? Precondition::not_modified : Precondition::proceed));
  CHECK(judge(headers, "PUT") == (row.has_it ? Precondition::failed : Precondition::proceed));
}

TEST_CASE("If-None-Match may come in several fields") {
  CHECK(judge({{"If-None-Match", "\"x\""}, {"if-none-match", "\"abc\""}}) ==
        Precondition::not_modified);
}

TEST_CASE("If-Modified-Since is not modified up to its second") {
  CHECK(judge({{"If-Modified-Since", kDay8}}) == Precondition::not_modified);
  CHECK(judge({{"If-Modified-Since", kDay7}}) == Precondition::not_modified);
  CHECK(judge({{"If-Modified-Since", kDay6}}) == Precondition::proceed);
  CHECK(judge({{"If-Modified-Since", "Monday, 07-Nov-94 08:49:37 GMT"}}) ==
        Precondition::not_modified);
  CHECK(judge({{"If-Modified-Since", kDay8}}, "POST") == Precondition::proceed);
}

TEST_CASE("a date that cannot be read, and several, are no condition") {
  CHECK(judge({{"If-Modified-Since", "tomorrow"}}) == Precondition::proceed);
  CHECK(judge({{"If-Modified-Since", kDay8}, {"If-Modified-Since", kDay8}}) ==
        Precondition::proceed);
  CHECK(judge({{"If-Unmodified-Since", "yesterday"}}) == Precondition::proceed);
}

TEST_CASE("If-None-Match silences If-Modified-Since") {
  CHECK(judge({{"If-None-Match", "\"x\""}, {"If-Modified-Since", kDay8}}) == Precondition::proceed);
  CHECK(judge({{"If-None-Match", "\"abc\""}, {"If-Modified-Since", kDay6}}) ==
        Precondition::not_modified);
}

TEST_CASE("If-Match compares strongly and silences If-Unmodified-Since") {
  CHECK(judge({{"If-Match", "\"abc\""}}) == Precondition::proceed);
  CHECK(judge({{"If-Match", "*"}}) == Precondition::proceed);
  CHECK(judge({{"If-Match", "W/\"abc\""}}) == Precondition::failed);
  CHECK(judge({{"If-Match", "\"x\""}}) == Precondition::failed);
  CHECK(judge({{"If-Match", "\"abc\""}, {"If-Unmodified-Since", kDay6}}) == Precondition::proceed);
}

TEST_CASE("If-Unmodified-Since fails when there is a later change") {
  CHECK(judge({{"If-Unmodified-Since", kDay6}}) == Precondition::failed);
  CHECK(judge({{"If-Unmodified-Since", kDay7}}) == Precondition::proceed);
  CHECK(judge({{"If-Unmodified-Since", kDay6}}, "PUT") == Precondition::failed);
}

TEST_CASE("what must not have changed is judged before what the client has") {
  CHECK(judge({{"If-None-Match", "\"abc\""}, {"If-Match", "\"x\""}}) == Precondition::failed);
}

TEST_CASE("a resource without validators fulfils only the asterisk") {
  const Validators none;
  CHECK(judge_preconditions({{"If-None-Match", "\"\""}}, "GET", none, kNow) ==
        Precondition::proceed);
  CHECK(judge_preconditions({{"If-None-Match", "*"}}, "GET", none, kNow) ==
        Precondition::not_modified);
  CHECK(judge_preconditions({{"If-Modified-Since", kDay8}}, "GET", none, kNow) ==
        Precondition::proceed);
  CHECK(judge_preconditions({{"If-Unmodified-Since", kDay6}}, "GET", none, kNow) ==
        Precondition::proceed);
}
