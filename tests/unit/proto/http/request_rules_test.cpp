#include "core/proto/http/request_rules.h"

#include <catch2/catch.hpp>

namespace wsb::http {
namespace {

RequestHead head_of(std::string_view text) {
  RequestParser parser;
  REQUIRE(parser.feed(text));
  REQUIRE(parser.complete());
  return parser.head();
}

}  // namespace

TEST_CASE("faults of a request's head, RFC 9112") {
  struct Row {
    const char* text;
    int status;  // 0: none
  };
  const Row rows[] = {
      {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 0},
      {"GET / HTTP/1.0\r\n\r\n", 0},
      {"GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 0},
      {"GET WSS://x:1?q HTTP/1.1\r\nHost: x\r\n\r\n", 0},
      {"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 0},
      {"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505},
      {"GET / HTTP/0.9\r\nHost: x\r\n\r\n", 505},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", 400},
      {"GET / HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n", 400},
      {"GET * HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"GET http:///a HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"GET /#f HTTP/1.1\r\nHost: x\r\n\r\n", 400},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const auto fault = find_fault(head_of(row.text));
    CHECK((fault ? fault->status : 0) == row.status);
  }
}

TEST_CASE("path and query of every form of target") {
  struct Row {
    const char* target;
    const char* path;
    const char* query;
  };
  const Row rows[] = {
      {"/", "/", ""},           {"/a%20b?x=1?y", "/a%20b", "x=1?y"}, {"/a?", "/a", ""},
      {"http://x", "/", ""},    {"http://x?q", "/", "q"},            {"https://x:1/a?b", "/a", "b"},
      {"HTTP://x/A", "/A", ""},
  };
  for (const Row& row : rows) {
    RequestHead head;
    head.target = row.target;
    INFO(row.target);
    CHECK(target_of(head).path == row.path);
    CHECK(target_of(head).query == row.query);
    const std::string query = *row.query == 0 ? "" : "?" + std::string(row.query);
    CHECK(origin_form(target_of(head)) == row.path + query);
  }
}

TEST_CASE("whether a connection is kept, RFC 9112 §9.3") {
  CHECK(persistence_of(head_of("GET / HTTP/1.1\r\nHost: x\r\n\r\n")) == Persistence::keep);
  CHECK(persistence_of(head_of("GET / HTTP/1.1\r\nConnection: x, Close\r\n\r\n")) ==
        Persistence::close);
  CHECK(persistence_of(head_of("GET / HTTP/1.0\r\n\r\n")) == Persistence::close);
  CHECK(persistence_of(head_of("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")) ==
        Persistence::keep_and_say_so);
  CHECK(persistence_of(head_of("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n")) ==
        Persistence::close);
}

}  // namespace wsb::http
