#include "core/proto/http/http_date.h"

#include <catch2/catch.hpp>

using namespace wsb::http;
using std::chrono::seconds;

namespace {

sys_seconds at(long long unix_seconds) { return sys_seconds(seconds(unix_seconds)); }

const sys_seconds kNow = at(1'795'000'000);  // in November 2026

}  // namespace

TEST_CASE("a date is written as an IMF-fixdate and read back") {
  struct Row {
    long long time;
    const char* text;
  };
  const Row row = GENERATE(values<Row>({
      {784'111'777, "Sun, 06 Nov 1994 08:49:37 GMT"},
      {0, "Thu, 01 Jan 1970 00:00:00 GMT"},
      {-1, "Wed, 31 Dec 1969 23:59:59 GMT"},
      {951'782'400, "Tue, 29 Feb 2000 00:00:00 GMT"},
      {253'402'300'799, "Fri, 31 Dec 9999 23:59:59 GMT"},
  }));
  CHECK(format_http_date(at(row.time)) == row.text);
  CHECK(parse_http_date(row.text, kNow) == at(row.time));
}

TEST_CASE("a year of five digits has no form") {
  CHECK(format_http_date(at(253'402'300'800)) == "");
}

TEST_CASE("the obsolete forms of a date are read") {
  const char* text = GENERATE("Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
                              "Sun Nov 06 08:49:37 1994");
  INFO(text);
  CHECK(parse_http_date(text, kNow) == at(784'111'777));
}

TEST_CASE("a year of two digits lies at most fifty years ahead") {
  CHECK(parse_http_date("Thursday, 01-Jan-76 00:00:00 GMT", kNow) ==
        parse_http_date("Wed, 01 Jan 2076 00:00:00 GMT", kNow));
  CHECK(parse_http_date("Saturday, 01-Jan-77 00:00:00 GMT", kNow) ==
        parse_http_date("Sat, 01 Jan 1977 00:00:00 GMT", kNow));
  CHECK(parse_http_date("Friday, 01-Jan-10 00:00:00 GMT", at(4'085'000'000)) ==
        parse_http_date("Wed, 01 Jan 2110 00:00:00 GMT", kNow));
}

TEST_CASE("a leap second is the first second of the next minute") {
  CHECK(parse_http_date("Sat, 31 Dec 2016 23:59:60 GMT", kNow) ==
        parse_http_date("Sun, 01 Jan 2017 00:00:00 GMT", kNow));
}

TEST_CASE("what is no date is refused") {
  const char* text =
      GENERATE("", "0", "now", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC",
               "Sun, 06 Nov 1994 08:49:37 GMT ", " Sun, 06 Nov 1994 08:49:37 GMT",
               "sun, 06 nov 1994 08:49:37 gmt", "Sun, 6 Nov 1994 08:49:37 GMT",
               "Sun, 06 Nov 94 08:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT",
               "Wed, 29 Feb 2023 00:00:00 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
               "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
               "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 06 Nov 1994 -8:49:37 GMT",
               "Sun, 06-Nov-94 08:49:37 GMT", "Sunday, 06-Nov-1994 08:49:37 GMT",
               "Sun Nov  6 08:49:37 94", "Sun Nov 6 08:49:37 1994", "Sun Nov  6 08:49:37 1994 GMT");
  INFO(text);
  CHECK_FALSE(parse_http_date(text, kNow).has_value());
}
