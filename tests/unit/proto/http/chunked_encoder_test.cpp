#include "core/proto/http/chunked_encoder.h"

#include <catch2/catch.hpp>

#include "core/proto/http/chunked_decoder.h"

using namespace wsb;
using namespace wsb::http;

TEST_CASE("what was written in chunks is read again") {
  Bytes written;
  const Bytes large(70'000, 'x');
  append_chunk(written, "hello");
  append_chunk(written, large);
  CHECK(written.starts_with("5\r\nhello\r\n11170\r\nxxx"));
  written += kLastChunk;
  ChunkedDecoder decoder;
  BytesView in = written;
  Bytes read;
  while (!in.empty() && !decoder.done()) read += decoder.next(in).value();
  CHECK(decoder.done());
  CHECK(in.empty());
  CHECK(read == "hello" + large);
}
