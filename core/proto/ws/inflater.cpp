#include "core/proto/ws/inflater.h"

#include <algorithm>
#include <limits>

#include <zlib.h>

#include "core/base/check.h"

namespace wsb::ws {
namespace {

constexpr std::size_t kOutputStepBytes = 1024;
constexpr std::size_t kInputStepBytes = std::size_t{1} << 30U;
constexpr BytesView kTail("\x00\x00\xff\xff", 4);
// Senders whose zlib is older than 1.2.9 say 8 and compress with 9. A window larger than needed
// changes nothing else.
constexpr int kSmallestWindowBits = 9;

// zlib.h: inflate() reports in data_type that it stands between two blocks (128), on a byte
// boundary (no bits left).
constexpr int kBetweenBlocks = 128;
constexpr int kBitsLeft = 0x3F;

Bytef* as_input(const char* data) {
  // zlib does not write to its input; its type lacks the const.
  return reinterpret_cast<Bytef*>(const_cast<char*>(data));  // NOLINT
}

}  // namespace

void Inflater::Free::operator()(z_stream_s* stream) const {
  inflateEnd(stream);
  delete stream;
}

Inflater::Inflater(InflaterOptions options) : options_(options) {
  WSB_CHECK(options.window_bits >= 8 && options.window_bits <= 15);
}

Inflater::~Inflater() = default;

void Inflater::start() {
  if (stream_) return;
  stream_.reset(new z_stream_s{});
  const int window_bits = std::max(options_.window_bits, kSmallestWindowBits);
  WSB_CHECK(inflateInit2(stream_.get(), -window_bits) == Z_OK);
}

Inflater::Status Inflater::feed(BytesView in, MessageBuffer& out, std::size_t max_size) {
  start();
  while (!in.empty()) {
    const BytesView step = in.substr(0, kInputStepBytes);
    in.remove_prefix(step.size());
    if (const Status status = run(step, out, max_size); status != Status::ok) return status;
  }
  return Status::ok;
}

Inflater::Status Inflater::finish(MessageBuffer& out, std::size_t max_size) {
  start();
  // A message that ends with a final block, and not with the octet that §7.2.3.4 puts behind it, is
  // whole as it is.
  if (!final_block_ended_) {
    if (const Status status = run(kTail, out, max_size); status != Status::ok) return status;
    const bool whole = final_block_ended_ || ((stream_->data_type & kBetweenBlocks) != 0 &&
                                              (stream_->data_type & kBitsLeft) == 0);
    if (!whole) return Status::bad_data;
  }
  if (options_.no_context_takeover) inflateReset(stream_.get());
  final_block_ended_ = false;
  return Status::ok;
}

Inflater::Status Inflater::run(BytesView in, MessageBuffer& out, std::size_t max_size) {
  z_stream_s& stream = *stream_;
  stream.next_in = as_input(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  final_block_ended_ = false;
  for (;;) {
    // One byte more than allowed is room enough to see that there are too many.
    const std::size_t allowed = std::min(max_size - out.size(), kInputStepBytes) + 1;
    (void)out.reserve(std::min(allowed, kOutputStepBytes));
    const std::size_t room = std::min(allowed, out.room());
    stream.next_out = reinterpret_cast<Bytef*>(out.reserve(room));  // NOLINT
    stream.avail_out = static_cast<uInt>(room);
    const int result = inflate(&stream, Z_SYNC_FLUSH);
    out.commit(room - stream.avail_out);
    if (out.size() > max_size) return Status::too_large;
    if (result == Z_STREAM_END) {
      if (!restart_after_final_block()) return Status::bad_data;
      if (stream.avail_in == 0) {
        final_block_ended_ = true;
        return Status::ok;
      }
      continue;
    }
    if (result == Z_BUF_ERROR) return Status::ok;  // nothing left to take, nothing left to give
    if (result != Z_OK) return Status::bad_data;
    if (stream.avail_out != 0) return Status::ok;
  }
}

// §7.2.3.4: after a block with BFINAL set another DEFLATE stream begins, and what it may refer to
// goes on. inflateReset() would forget the window; to carry it over would cost a peer two bytes and
// us 64 KiB of copying.
bool Inflater::restart_after_final_block() { return inflateResetKeep(stream_.get()) == Z_OK; }

}  // namespace wsb::ws
