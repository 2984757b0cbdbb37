#include "core/proto/http/headers.h"

#include <catch2/catch.hpp>

using namespace wsb::http;
using Views = std::vector<std::string_view>;

TEST_CASE("RFC 9110 5.1: header names are compared without case, order is kept") {
  Headers headers{{"Accept", "1"}, {"X-A", "2"}, {"accept", "3"}};
  CHECK(headers.size() == 3);
  CHECK(headers.find("ACCEPT") == "1");
  CHECK(headers.all("Accept") == Views{"1", "3"});
  CHECK(headers.count("accept") == 2);
  CHECK(headers.find("X-B") == std::nullopt);
  CHECK(headers.all("X-B").empty());
}

TEST_CASE("a header is set in the place of the first and once only") {
  Headers headers{{"A", "1"}, {"B", "2"}, {"a", "3"}, {"C", "4"}};
  headers.set("a", "new");
  CHECK(headers == Headers{{"A", "new"}, {"B", "2"}, {"C", "4"}});
  headers.set("D", "5");
  CHECK(headers.find("D") == "5");
  headers.remove("b");
  CHECK(headers == Headers{{"A", "new"}, {"C", "4"}, {"D", "5"}});
}

TEST_CASE("headers are written one a line") {
  std::string out = "HTTP/1.1 200 OK\r\n";
  Headers{{"A", "1"}, {"B", ""}}.append_to(out);
  CHECK(out == "HTTP/1.1 200 OK\r\nA: 1\r\nB: \r\n");
}

TEST_CASE("RFC 9110 5.6.1: a token is found in any of the lists of a name") {
  const Headers headers{{"Connection", "keep-alive, Upgrade"}, {"Connection", "x"}};
  CHECK(headers.contains_token("connection", "upgrade"));
  CHECK(headers.contains_token("connection", "KEEP-ALIVE"));
  CHECK(headers.contains_token("connection", "x"));
  CHECK_FALSE(headers.contains_token("connection", "grade"));
  CHECK_FALSE(headers.contains_token("upgrade", "x"));
}

TEST_CASE("RFC 9110 5.6.1: a list is split at commas outside quoted strings") {
  CHECK(split_list(" a ,, b;c=1 ,\t") == Views{"a", "b;c=1"});
  CHECK(split_list("a; q=\"x, y\", b") == Views{"a; q=\"x, y\"", "b"});
  CHECK(split_list("a=\"\\\",\", b") == Views{"a=\"\\\",\"", "b"});
  CHECK(split_list("a; b=1 ;c", ';') == Views{"a", "b=1", "c"});
  CHECK(split_list("").empty());
  CHECK(split_list("\"open, to the end") == Views{"\"open, to the end"});
}

TEST_CASE("RFC 9110 5.6.2: a token is visible ASCII without delimiters") {
  CHECK(is_token("Sec-WebSocket-Key"));
  CHECK(is_token("!#$%&'*+-.^_`|~09azAZ"));
  for (const char* bad : {"", "a b", "a:", "a\t", "a,b", "a;b", "a=b", "\"a\"", "a/b", "a@b", "[a]",
                          "{a}", "(a)", "<a>", "a?", "a\\b", "\xC3\xA4", "a\r\n"}) {
    CHECK_FALSE(is_token(bad));
  }
}

TEST_CASE("RFC 9110 5.5: a value has no control characters but the tab") {
  CHECK(is_header_value(""));
  CHECK(is_header_value("a b\tc \xC3\xA4"));
  CHECK_FALSE(is_header_value("a\r\nb"));
  CHECK_FALSE(is_header_value("a\nb"));
  CHECK_FALSE(is_header_value(std::string_view("a\0b", 3)));
  CHECK_FALSE(is_header_value("a\x7F"));
  CHECK_FALSE(is_header_value("a\x1B[0m"));
}
