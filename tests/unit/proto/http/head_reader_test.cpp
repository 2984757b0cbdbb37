#include "core/proto/http/head_reader.h"

#include <catch2/catch.hpp>

using namespace wsb;
using namespace wsb::http;

namespace {

std::string fault(BytesView bytes, HeadLimits limits = {}) {
  HeadReader reader(limits);
  const Result<std::size_t> taken = reader.feed(bytes);
  return taken ? std::string() : taken.error().message;
}

}  // namespace

TEST_CASE("a head is read to its empty line and not further") {
  HeadReader reader;
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\nX-B:\t b c \t\r\nX-Empty:\r\n\r\n";
  const auto taken = reader.feed(head + "body");
  REQUIRE(taken);
  CHECK(*taken == head.size());
  CHECK(reader.complete());
  CHECK(reader.text() == head);
  CHECK(reader.start_line() == "GET / HTTP/1.1");
  CHECK(reader.headers() == Headers{{"Host", "a"}, {"X-B", "b c"}, {"X-Empty", ""}});
  CHECK(*reader.feed("more") == 0);
}

TEST_CASE("a head may come byte by byte") {
  HeadReader reader;
  const std::string head = "HTTP/1.1 200 OK\r\nA: 1\r\n\r\n";
  for (const char& c : head) {
    REQUIRE_FALSE(reader.complete());
    REQUIRE(*reader.feed({&c, 1}) == 1);
  }
  CHECK(reader.complete());
  CHECK(reader.headers() == Headers{{"A", "1"}});
}

TEST_CASE("RFC 9112 2.2 and 5: what is not strict HTTP is refused") {
  CHECK(fault("GET / HTTP/1.1\n") == "HTTP line ends with a bare line feed");
  CHECK(fault("GET / HTTP/1.1\r\nA: 1\n") == "HTTP line ends with a bare line feed");
  CHECK(fault("\r\n") == "HTTP start line is empty");
  CHECK(fault("x\r\nA: 1\r\n folded\r\n") == "HTTP header is folded over two lines");
  CHECK(fault("x\r\n\tfolded\r\n") == "HTTP header is folded over two lines");
  CHECK(fault("x\r\nA : 1\r\n") == "HTTP header name is invalid: 'A '");
  CHECK(fault("x\r\n: 1\r\n") == "HTTP header name is invalid: ''");
  CHECK(fault("x\r\nno colon\r\n") == "HTTP header has no colon: 'no colon'");
  CHECK(fault("x\r\nA: b\rc\r\n") == "HTTP header 'A' has a control character in its value");
  CHECK(fault(BytesView("x\r\nA: b\0c\r\n", 11)) ==
        "HTTP header 'A' has a control character in its value");
}

TEST_CASE("a head is limited in bytes and in headers") {
  HeadLimits limits;
  limits.bytes = 20;
  limits.headers = 2;
  CHECK(fault("x\r\nA: 12345678901\r\n\r\n", limits) == "HTTP head longer than 20 bytes");
  CHECK(fault(std::string(21, 'x'), limits) == "HTTP head longer than 20 bytes");
  CHECK(fault("x\r\nA: 123456789\r\n\r\n", limits).empty());
  CHECK(fault("x\r\nA:\r\nB:\r\n\r\n", limits).empty());
  CHECK(fault("x\r\nA:\r\nB:\r\nC:\r\n", limits) == "HTTP head with more than 2 headers");
  HeadReader reader(limits);
  CHECK(reader.feed(std::string(21, 'x')).error().code == ErrorCode::too_large);
}
