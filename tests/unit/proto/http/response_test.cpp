#include "core/proto/http/response.h"

#include <catch2/catch.hpp>

using namespace wsb;
using namespace wsb::http;

namespace {

ResponseHead parse(const std::string& line) {
  ResponseParser parser;
  REQUIRE(parser.feed(line + "\r\nA: 1\r\n\r\n"));
  REQUIRE(parser.complete());
  return parser.head();
}

}  // namespace

TEST_CASE("RFC 9112 4: a status line is version, status and words, which may be missing") {
  const ResponseHead head = parse("HTTP/1.1 101 Switching Protocols");
  CHECK(head.status == 101);
  CHECK(head.reason == "Switching Protocols");
  CHECK(head.version_major == 1);
  CHECK(head.version_minor == 1);
  CHECK(head.headers == Headers{{"A", "1"}});
  CHECK(parse("HTTP/1.0 404 ").reason.empty());
  CHECK(parse("HTTP/1.0 404").status == 404);
  CHECK(parse("HTTP/1.0 404").version_minor == 0);
}

TEST_CASE("a response head leaves what follows it") {
  ResponseParser parser;
  const std::string head = "HTTP/1.1 200 OK\r\n\r\n";
  CHECK(*parser.feed(head + "body") == head.size());
  CHECK(*parser.feed("body") == 0);
  CHECK(parser.text() == head);
}

TEST_CASE("RFC 9112 4: a malformed status line is refused") {
  for (const char* line :
       {"HTTP/1.1", "HTTP/1.1 20", "HTTP/1.1 2x0 OK", "HTTP/1.1  200 OK", "HTTP/1.1 2000 OK",
        "HTTP/1.1 012 x", "http/1.1 200 OK", "ICY 200 OK", "HTTP/1.1 200 a\x01"}) {
    ResponseParser parser;
    const auto taken = parser.feed(std::string(line) + "\r\n\r\n");
    INFO(line);
    REQUIRE_FALSE(taken);
    CHECK(taken.error().code == ErrorCode::protocol);
    CHECK(taken.error().message.starts_with("HTTP status line is invalid: "));
  }
}

TEST_CASE("RFC 9110 15: a status has its words") {
  CHECK(status_words(101) == "Switching Protocols");
  CHECK(status_words(426) == "Upgrade Required");
  CHECK(status_words(505) == "HTTP Version Not Supported");
  CHECK(status_words(299).empty());
}
