#include "core/net/http_text.h"

#include <catch2/catch.hpp>

#include <regex>

namespace wsb::net {
namespace {

std::string without_date(const std::string& head) {
  static const std::regex date(
      R"(Date: (Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z][a-z] \d{4} \d\d:\d\d:\d\d GMT)");
  return std::regex_replace(head, date, "Date: D");
}

}  // namespace

TEST_CASE("a response head has status, own headers, date and length") {
  HttpResponse response;
  response.headers.add("X-A", "b");
  response.body = std::make_shared<const Bytes>("hello");
  CHECK(without_date(response_head(response, http::Persistence::keep)) ==
        "HTTP/1.1 200 OK\r\nX-A: b\r\nDate: D\r\nContent-Length: 5\r\n\r\n");
  CHECK(without_date(response_head(response, http::Persistence::close)) ==
        "HTTP/1.1 200 OK\r\nX-A: b\r\nDate: D\r\nContent-Length: 5\r\nConnection: close\r\n\r\n");
  CHECK(without_date(response_head(response, http::Persistence::keep_and_say_so)) ==
        "HTTP/1.1 200 OK\r\nX-A: b\r\nDate: D\r\nContent-Length: 5\r\n"
        "Connection: keep-alive\r\n\r\n");
}

TEST_CASE("no body is a length of zero, but 204 and 304 have none") {
  HttpResponse response;
  response.status = 404;
  CHECK(without_date(response_head(response, http::Persistence::keep)) ==
        "HTTP/1.1 404 Not Found\r\nDate: D\r\nContent-Length: 0\r\n\r\n");
  response.status = 204;
  CHECK(without_date(response_head(response, http::Persistence::keep)) ==
        "HTTP/1.1 204 No Content\r\nDate: D\r\n\r\n");
  response.status = 304;
  CHECK(without_date(response_head(response, http::Persistence::keep)) ==
        "HTTP/1.1 304 Not Modified\r\nDate: D\r\n\r\n");
}

}  // namespace wsb::net
