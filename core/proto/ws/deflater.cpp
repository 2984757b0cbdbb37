#include "core/proto/ws/deflater.h"

#include <algorithm>
#include <array>

#include <zlib.h>

#include "core/base/check.h"

namespace wsb::ws {
namespace {

constexpr std::size_t kOutputStepBytes = std::size_t{16} << 10U;
constexpr std::size_t kInputStepBytes = std::size_t{1} << 30U;
constexpr std::size_t kTailBytes = 4;  // 00 00 ff ff

Bytef* as_input(const char* data) {
  // zlib does not write to its input; its type lacks the const.
  return reinterpret_cast<Bytef*>(const_cast<char*>(data));  // NOLINT
}

void run(z_stream_s& stream, BytesView in, int flush, Bytes& out) {
  std::array<char, kOutputStepBytes> step;
  stream.next_in = as_input(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  do {
    stream.next_out = reinterpret_cast<Bytef*>(step.data());  // NOLINT
    stream.avail_out = static_cast<uInt>(step.size());
    const int result = deflate(&stream, flush);
    WSB_CHECK(result == Z_OK || result == Z_BUF_ERROR);
    out.append(step.data(), step.size() - stream.avail_out);
  } while (stream.avail_out == 0);
}

}  // namespace

void Deflater::Free::operator()(z_stream_s* stream) const {
  deflateEnd(stream);
  delete stream;
}

Deflater::Deflater(DeflaterOptions options) : options_(options) {
  WSB_CHECK(options.window_bits >= 9 && options.window_bits <= 15);
}

Deflater::~Deflater() = default;

void Deflater::start() {
  if (stream_) return;
  stream_.reset(new z_stream_s{});
  WSB_CHECK(deflateInit2(stream_.get(), options_.level, Z_DEFLATED, -options_.window_bits,
                         options_.memory_level, Z_DEFAULT_STRATEGY) == Z_OK);
}

void Deflater::compress(BytesView message, Bytes& out) {
  if (message.empty()) {
    out += '\0';  // §7.2.3.6; zlib would flush nothing a second time
    return;
  }
  start();
  while (message.size() > kInputStepBytes) {
    run(*stream_, message.substr(0, kInputStepBytes), Z_NO_FLUSH, out);
    message.remove_prefix(kInputStepBytes);
  }
  run(*stream_, message, Z_SYNC_FLUSH, out);
  out.resize(out.size() - kTailBytes);
  if (options_.no_context_takeover) deflateReset(stream_.get());
}

}  // namespace wsb::ws
