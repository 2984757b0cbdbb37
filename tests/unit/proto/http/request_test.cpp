#include "core/proto/http/request.h"

#include <catch2/catch.hpp>

using namespace wsb;
using namespace wsb::http;

TEST_CASE("RFC 9112 3: a request line is method, target and version") {
  RequestParser parser;
  const std::string head = "GET /a?b=c HTTP/1.0\r\nHost: x\r\n\r\n";
  const auto taken = parser.feed(head + "rest");
  REQUIRE(taken);
  CHECK(*taken == head.size());
  CHECK(parser.complete());
  CHECK(parser.head().method == "GET");
  CHECK(parser.head().target == "/a?b=c");
  CHECK(parser.head().version_major == 1);
  CHECK(parser.head().version_minor == 0);
  CHECK(parser.head().headers.find("host") == "x");
  CHECK(parser.text() == head);
  CHECK(*parser.feed("rest") == 0);
}

TEST_CASE("RFC 9112 3: a malformed request line is refused") {
  for (const char* line :
       {"GET /", "GET  / HTTP/1.1", "GET / HTTP/1.1 ", " GET / HTTP/1.1", "GET\t/ HTTP/1.1",
        "G(T / HTTP/1.1", "GET / HTTP/11", "GET / http/1.1", "GET / HTTP/1.x", "GET / HTTP/1.10",
        "GET /a\x01 HTTP/1.1", "GET  HTTP/1.1"}) {
    RequestParser parser;
    const auto taken = parser.feed(std::string(line) + "\r\n\r\n");
    INFO(line);
    REQUIRE_FALSE(taken);
    CHECK(taken.error().code == ErrorCode::protocol);
    CHECK(taken.error().message.starts_with("HTTP request line is invalid: "));
  }
}
