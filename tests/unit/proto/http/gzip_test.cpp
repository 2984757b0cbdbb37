#include "core/proto/http/gzip.h"

#include <catch2/catch.hpp>
#include <zlib.h>

using namespace wsb;

namespace {

Bytes gunzip(BytesView in) {
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
  Bytes out(1 << 20, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
  CHECK(stream.avail_in == 0);
  out.erase(stream.total_out);
  inflateEnd(&stream);
  return out;
}

}  // namespace

TEST_CASE("what was coded reads as it was, and is the same each time") {
  Bytes text;
  for (int i = 0; i < 5000; ++i) text += "line " + std::to_string(i) + "\n";
  const auto coded = http::gzip(text);
  REQUIRE(coded.has_value());
  CHECK(coded->size() < text.size() / 2);
  CHECK(coded->substr(0, 2) == "\x1f\x8b");
  CHECK(gunzip(*coded) == text);
  CHECK(http::gzip(text) == coded);
}

TEST_CASE("what would not become smaller is left as it is") {
  CHECK(http::gzip("") == std::nullopt);
  CHECK(http::gzip("abc") == std::nullopt);
  Bytes noise;
  std::uint32_t state = 1;
  for (int i = 0; i < 10000; ++i) {
    state = state * 1664525U + 1013904223U;
    noise += static_cast<char>(state >> 24U);
  }
  CHECK(http::gzip(noise) == std::nullopt);
}
