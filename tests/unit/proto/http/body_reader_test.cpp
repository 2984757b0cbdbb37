#include "core/proto/http/body_reader.h"

#include <catch2/catch.hpp>

using namespace wsb;
using namespace wsb::http;

namespace {

ResponseHead head_with(Headers headers, int status = 403) {
  ResponseHead head;
  head.status = status;
  head.headers = std::move(headers);
  return head;
}

BodyReader reader_for(const ResponseHead& head, std::size_t max_bytes = 100) {
  Result<BodyReader> reader = BodyReader::for_response(head, max_bytes);
  REQUIRE(reader);
  return *std::move(reader);
}

}  // namespace

TEST_CASE("RFC 9112 6.3: a body by its length") {
  BodyReader reader = reader_for(head_with({{"Content-Length", "5"}}));
  CHECK(reader.framing() == BodyFraming::length);
  CHECK(*reader.feed("ab") == 2);
  CHECK_FALSE(reader.done());
  CHECK(*reader.feed("cdeNEXT") == 3);
  CHECK(reader.done());
  CHECK(reader.body() == "abcde");
  CHECK_FALSE(reader.truncated());
  CHECK(*reader.feed("NEXT") == 0);
}

TEST_CASE("RFC 9112 6.3: a body in chunks, which goes before a length") {
  BodyReader reader =
      reader_for(head_with({{"Transfer-Encoding", "gzip, chunked"}, {"Content-Length", "3"}}));
  CHECK(reader.framing() == BodyFraming::chunked);
  CHECK(*reader.feed("3\r\nabc\r\n0\r\n\r\nNEXT") == 13);
  CHECK(reader.done());
  CHECK(reader.body() == "abc");
}

TEST_CASE("RFC 9112 6.3: a body to the end of the connection") {
  BodyReader reader = reader_for(head_with({}));
  CHECK(reader.framing() == BodyFraming::until_close);
  CHECK(*reader.feed("abc") == 3);
  CHECK_FALSE(reader.done());
  reader.end_of_stream();
  CHECK(reader.done());
  CHECK_FALSE(reader.truncated());
}

TEST_CASE("RFC 9112 6.3: some answers have no body") {
  CHECK(reader_for(head_with({{"Content-Length", "5"}}, 204)).done());
  CHECK(reader_for(head_with({}, 304)).done());
  CHECK(reader_for(head_with({}, 100)).done());
  CHECK(reader_for(head_with({{"Content-Length", "0"}})).done());
}

TEST_CASE("RFC 9112 6.3: a length must be one number") {
  const auto message = [](Headers headers) {
    const auto reader = BodyReader::for_response(head_with(std::move(headers)), 10);
    return reader ? std::string() : reader.error().message;
  };
  CHECK(message({{"Content-Length", "5, 5"}}).empty());
  CHECK(message({{"Content-Length", "5"}, {"Content-Length", "5"}}).empty());
  CHECK(message({{"Content-Length", "5, 6"}}) == "Content-Length is invalid: '5, 6'");
  CHECK(message({{"Content-Length", "-1"}}) == "Content-Length is invalid: '-1'");
  CHECK(message({{"Content-Length", ""}}) == "Content-Length is invalid: ''");
  CHECK(message({{"Content-Length", "1x"}}) == "Content-Length is invalid: '1x'");
  CHECK(message({{"Content-Length", "99999999999999999999"}}) ==
        "Content-Length is invalid: '99999999999999999999'");
}

TEST_CASE("no more of a body is kept than the limit") {
  BodyReader exact = reader_for(head_with({{"Content-Length", "4"}}), 4);
  CHECK(exact.feed("abcd"));
  CHECK(exact.done());
  CHECK_FALSE(exact.truncated());
  for (Headers headers : {Headers{}, Headers{{"Content-Length", "1000000"}},
                          Headers{{"Transfer-Encoding", "chunked"}}}) {
    BodyReader reader = reader_for(head_with(headers), 4);
    CHECK(reader.feed(headers.contains_token("Transfer-Encoding", "chunked") ? "8\r\nabcdefgh"
                                                                             : "abcdefgh"));
    CHECK(reader.done());
    CHECK(reader.truncated());
    CHECK(reader.body() == "abcd");
  }
}

TEST_CASE("a body that ends early is truncated") {
  BodyReader reader = reader_for(head_with({{"Content-Length", "5"}}));
  CHECK(reader.feed("ab"));
  reader.end_of_stream();
  CHECK(reader.done());
  CHECK(reader.truncated());
  CHECK(reader.body() == "ab");
}

TEST_CASE("a broken chunk is an error") {
  BodyReader reader = reader_for(head_with({{"Transfer-Encoding", "chunked"}}));
  const auto taken = reader.feed("2\r\nab\r\nzz");
  REQUIRE_FALSE(taken);
  CHECK(taken.error().code == ErrorCode::protocol);
  CHECK(reader.body() == "ab");
}
