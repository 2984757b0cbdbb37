#include "core/proto/http/gzip.h"

#include <zlib.h>

#include "core/base/check.h"

namespace wsb::http {
namespace {

constexpr int kLevel = 6;
constexpr int kGzipWindowBits = 15 + 16;  // zlib: 16 more for the format of gzip
constexpr int kMemoryLevel = 8;

}  // namespace

std::optional<Bytes> gzip(BytesView in) {
  if (in.empty()) return std::nullopt;
  z_stream stream{};
  WSB_CHECK(deflateInit2(&stream, kLevel, Z_DEFLATED, kGzipWindowBits, kMemoryLevel,
                         Z_DEFAULT_STRATEGY) == Z_OK);
  Bytes out(in.size(), '\0');
  // zlib does not write to its input; its type lacks the const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));  // NOLINT
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());  // NOLINT
  stream.avail_out = static_cast<uInt>(out.size());
  const bool whole = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  if (!whole || out.size() >= in.size()) return std::nullopt;
  return out;
}

}  // namespace wsb::http
