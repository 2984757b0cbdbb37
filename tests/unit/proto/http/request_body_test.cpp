#include "core/proto/http/request_body.h"

#include <catch2/catch.hpp>

namespace wsb::http {
namespace {

RequestHead head_of(const std::string& headers, const std::string& version = "1.1") {
  RequestParser parser;
  REQUIRE(parser.feed("POST / HTTP/" + version + "\r\n" + headers + "\r\n"));
  return parser.head();
}

}  // namespace

TEST_CASE("how a request's body is framed, and what is refused before it comes") {
  struct Row {
    std::string headers;
    int status;  // 0: none
  };
  const Row rows[] = {
      {"", 0},
      {"Content-Length: 0\r\n", 0},
      {"Content-Length: 10\r\n", 0},
      {"Content-Length: 11\r\n", 413},
      {"Content-Length: 99999999999999999999\r\n", 400},
      {"Content-Length: -1\r\n", 400},
      {"Content-Length: +1\r\n", 400},
      {"Content-Length: 1, 1\r\n", 400},
      {"Content-Length: 0x1\r\n", 400},
      {"Content-Length:\r\n", 400},
      {"Content-Length: 1\r\nContent-Length: 1\r\n", 400},
      {"Transfer-Encoding: chunked\r\n", 0},
      {"Transfer-Encoding: Chunked\r\n", 0},
      {"Transfer-Encoding: gzip, chunked\r\n", 501},
      {"Transfer-Encoding: identity\r\n", 501},
      {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 501},
      {"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", 400},
  };
  for (const Row& row : rows) {
    INFO(row.headers);
    const auto body = RequestBody::of(head_of(row.headers), 10);
    const auto* fault = std::get_if<RequestFault>(&body);
    CHECK((fault == nullptr ? 0 : fault->status) == row.status);
  }
  const auto old = RequestBody::of(head_of("Transfer-Encoding: chunked\r\n", "1.0"), 10);
  CHECK(std::get<RequestFault>(old).status == 400);
}

TEST_CASE("a body is taken to its end and no further, in whatever pieces") {
  const std::string chunked = "3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nX: y\r\n\r\n";
  for (const bool in_chunks : {false, true}) {
    for (std::size_t step = 1; step < 40; ++step) {
      auto made = RequestBody::of(
          head_of(in_chunks ? "Transfer-Encoding: chunked\r\n" : "Content-Length: 5\r\n"), 10);
      RequestBody& body = std::get<RequestBody>(made);
      const std::string input = (in_chunks ? chunked : "abcde") + "GET / ";
      std::string rest;
      for (std::size_t i = 0; i < input.size(); i += step) {
        BytesView part = BytesView(input).substr(i, step);
        if (!body.done()) REQUIRE_FALSE(body.feed(part));
        rest += part;
      }
      CHECK(body.done());
      CHECK(body.take() == "abcde");
      CHECK(rest == "GET / ");
    }
  }
}

TEST_CASE("chunks that are broken or too many are refused") {
  const auto fault_of = [](const std::string& input) {
    auto made = RequestBody::of(head_of("Transfer-Encoding: chunked\r\n"), 10);
    BytesView in(input);
    const auto fault = std::get<RequestBody>(made).feed(in);
    return fault ? fault->status : 0;
  };
  CHECK(fault_of("a\r\n0123456789\r\n0\r\n\r\n") == 0);
  CHECK(fault_of("a\r\n0123456789\r\n1\r\nx\r\n0\r\n\r\n") == 413);
  CHECK(fault_of("z\r\n") == 400);
  CHECK(fault_of("1\r\nab\r\n") == 400);
}

}  // namespace wsb::http
