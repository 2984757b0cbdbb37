#include "core/proto/http/chunked_decoder.h"

#include <catch2/catch.hpp>

#include "core/base/limits.h"

using namespace wsb;
using namespace wsb::http;

namespace {

struct Outcome {
  std::string body;
  std::string rest;
  std::string fault;
  bool operator==(const Outcome&) const = default;
};

Outcome decode(BytesView bytes, std::size_t piece_size) {
  ChunkedDecoder decoder;
  Outcome out;
  while (!bytes.empty() && !decoder.done()) {
    BytesView piece = bytes.substr(0, piece_size);
    const std::size_t offered = piece.size();
    while (!piece.empty() && !decoder.done()) {
      const Result<BytesView> run = decoder.next(piece);
      if (!run) return {out.body, "", run.error().message};
      out.body += *run;
    }
    bytes.remove_prefix(offered - piece.size());
  }
  out.rest = bytes;
  if (!decoder.done()) out.fault = "incomplete";
  return out;
}

}  // namespace

TEST_CASE("RFC 9112 7.1: chunks are joined, extensions and trailers skipped") {
  const std::string body =
      "4\r\nWiki\r\n6 ; a=\"b\"\r\npedia \r\nE;x\r\nin \r\n\r\nchunks.\r\n0\r\nTrailer: "
      "x\r\n\r\nrest";
  for (const std::size_t piece : {1U, 2U, 3U, 7U, 1000U}) {
    CHECK(decode(body, piece) == Outcome{"Wikipedia in \r\n\r\nchunks.", "rest", ""});
  }
  CHECK(decode("0\r\n\r\n", 100) == Outcome{"", "", ""});
  CHECK(decode("00a\r\n0123456789\r\n000\r\n\r\n", 100) == Outcome{"0123456789", "", ""});
}

TEST_CASE("RFC 9112 7.1: malformed chunks are refused") {
  CHECK(decode("x\r\n", 100).fault == "chunked body: size missing");
  CHECK(decode("\r\n", 100).fault == "chunked body: size missing");
  CHECK(decode("1g\r\n", 100).fault == "chunked body: size is not hexadecimal");
  CHECK(decode("1\n", 100).fault == "chunked body: size is not hexadecimal");
  CHECK(decode("1\rx", 100).fault == "chunked body: line feed missing after the size");
  CHECK(decode("1;a\n", 100).fault == "chunked body: bare line feed");
  CHECK(decode("1\r\nab\r\n", 100) ==
        Outcome{"a", "", "chunked body: line end missing after the data"});
  CHECK(decode("1\r\na\rb", 100).fault == "chunked body: line end missing after the data");
  CHECK(decode("00000000000000001\r\n", 100).fault == "chunked body: size too long");
  CHECK(decode("0\r\nA: 1\n", 100).fault == "chunked body: bare line feed");
  CHECK(decode("0\r\nA\rB", 100).fault == "chunked body: line feed missing in the trailers");
  CHECK(decode("5\r\nabc", 100) == Outcome{"abc", "", "incomplete"});
}

TEST_CASE("what is skipped of a chunked body is limited") {
  const std::string flood(limits::kHandshakeHeadBytes + 1, 'x');
  CHECK(decode("1;" + flood, 100000).fault == "chunked body: extensions too long");
  CHECK(decode("0\r\n" + flood, 100000).fault == "chunked body: trailers too long");
}
