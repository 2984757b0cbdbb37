#include "core/net/batch.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/base/encoding.h"
#include "core/base/limits.h"
#include "core/proto/http/chunked_encoder.h"
#include "core/proto/http/event_stream.h"
#include "core/proto/ws/deflater.h"
#include "core/proto/ws/frame.h"
#include "core/proto/ws/frame_encoder.h"

namespace wsb::net {
namespace {

// A fragment that is not the last is exactly one write, with its header: next_write() relies on it.
constexpr std::size_t kFragmentBytes =
    limits::kWriteBytes - ws::frame_header_size(limits::kWriteBytes, false);
static_assert(kFragmentBytes + ws::frame_header_size(kFragmentBytes, false) ==
              limits::kWriteBytes);

// Whether the frame of a message is more than one write.
bool in_fragments(std::size_t payload_bytes) { return payload_bytes > kFragmentBytes; }

}  // namespace

struct Batch::Buffers {
  Bytes bytes;
  std::vector<Segment> segments;
  std::vector<Payload> payloads;
};

// The last reference to a batch may go on any thread.
class Batch::BufferPool {
 public:
  [[nodiscard]] Buffers take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return {};
    Buffers buffers = std::move(free_.back());
    free_.pop_back();
    return buffers;
  }

  void give_back(Buffers buffers) {
    if (buffers.bytes.capacity() > kKeptBytes) return;
    buffers.bytes.clear();
    buffers.segments.clear();
    buffers.payloads.clear();
    const std::lock_guard lock(mutex_);
    if (free_.size() < kKept) free_.push_back(std::move(buffers));
  }

  // Compressors are large: as many exist as threads compress at the same time.
  [[nodiscard]] std::unique_ptr<ws::Deflater> take_deflater(int window_bits) {
    {
      const std::lock_guard lock(mutex_);
      for (auto& deflater : deflaters_) {
        if (deflater->options().window_bits != window_bits) continue;
        std::swap(deflater, deflaters_.back());
        std::unique_ptr<ws::Deflater> taken = std::move(deflaters_.back());
        deflaters_.pop_back();
        return taken;
      }
    }
    return std::make_unique<ws::Deflater>(
        ws::DeflaterOptions{.window_bits = window_bits, .no_context_takeover = true});
  }

  void give_back(std::unique_ptr<ws::Deflater> deflater) {
    const std::lock_guard lock(mutex_);
    if (deflaters_.size() < kKept) deflaters_.push_back(std::move(deflater));
  }

 private:
  static constexpr std::size_t kKept = 16;
  static constexpr std::size_t kKeptBytes = 2 * limits::kWriteBytes;

  std::mutex mutex_;
  std::vector<Buffers> free_;
  std::vector<std::unique_ptr<ws::Deflater>> deflaters_;
};

Batch::Batch(std::shared_ptr<BufferPool> pool) : pool_(std::move(pool)) {
  Buffers buffers = pool_->take();
  plain_.bytes = std::move(buffers.bytes);
  plain_.segments = std::move(buffers.segments);
  payloads_ = std::move(buffers.payloads);
}

std::size_t Batch::memory_bytes() const {
  return plain_.bytes.size() + plain_.segments.size() * sizeof(plain_.segments.front()) +
         payloads_.size() * sizeof(Payload);
}

Batch::~Batch() {
  pool_->give_back(
      Buffers{std::move(plain_.bytes), std::move(plain_.segments), std::move(payloads_)});
}

// A large group, whose attachments are mostly compressed already, stays plain.
const Batch::Wire& Batch::deflated(int window_bits) const {
  if (!plain_.ends.empty()) return plain_;
  WSB_CHECK(window_bits >= kMinWindowBits && window_bits <= kMaxWindowBits);
  const auto index = static_cast<std::size_t>(window_bits - kMinWindowBits);
  std::call_once(deflated_once_[index], [&] {
    auto wire = std::make_unique<Wire>();
    make_deflated(window_bits, *wire);
    deflated_[index] = std::move(wire);
  });
  return *deflated_[index];
}

BytesView Batch::payload_of(const Payload& payload, Bytes& scratch) const {
  const BytesView bytes = plain_.bytes;
  if (!in_fragments(payload.length)) return bytes.substr(payload.offset, payload.length);
  scratch.clear();
  scratch.reserve(payload.length);
  std::size_t at = payload.offset;
  while (true) {
    const std::size_t part = std::min(kFragmentBytes, payload.length - scratch.size());
    scratch += bytes.substr(at, part);
    if (scratch.size() == payload.length) return scratch;
    const std::size_t next = std::min(kFragmentBytes, payload.length - scratch.size());
    at += part + ws::frame_header_size(next, false);
  }
}

void Batch::make_deflated(int window_bits, Wire& out) const {
  std::unique_ptr<ws::Deflater> deflater = pool_->take_deflater(window_bits);
  ws::FrameEncoder encoder = ws::FrameEncoder::for_server();
  out.segments = plain_.segments;
  std::size_t message = 0;
  Bytes packed;
  Bytes whole;
  for (Segment& segment : out.segments) {
    for (std::uint32_t i = 0; i < segment.messages; ++i, ++message) {
      const Payload& payload = payloads_[message];
      const BytesView view = payload_of(payload, whole);
      packed.clear();
      const bool worth_it = messages_ == 1 || view.size() >= limits::kMinDeflateBytes;
      if (worth_it) deflater->compress(view, packed);
      const bool smaller = !packed.empty() && packed.size() < view.size();
      encoder.append_message(out.bytes, payload.opcode, smaller ? BytesView(packed) : view,
                             {.fragment_size = kFragmentBytes, .compressed = smaller});
    }
    segment.end = out.bytes.size();
  }
  pool_->give_back(std::move(deflater));
}

const Batch::Wire& Batch::events(bool chunked) const {
  const std::size_t index = chunked ? 1 : 0;
  std::call_once(events_once_[index], [&] {
    auto wire = std::make_unique<Wire>();
    make_events(chunked, *wire);
    events_[index] = std::move(wire);
  });
  return *events_[index];
}

void Batch::make_events(bool chunked, Wire& out) const {
  out.segments = plain_.segments;
  std::size_t message = 0;
  Bytes whole;
  Bytes event;
  for (Segment& segment : out.segments) {
    for (std::uint32_t i = std::exchange(segment.messages, 0); i > 0; --i) {
      const Payload& payload = payloads_[message++];
      if (payload.note) continue;
      ++segment.messages;
      const BytesView view = payload_of(payload, whole);
      event.clear();
      if (payload.opcode == ws::Opcode::text) {
        http::append_event(event, "", view, payload.id);
      } else {
        http::append_event(event, "binary", base64_encode(view), payload.id);
      }
      if (chunked) {
        http::append_chunk(out.bytes, event);
      } else {
        out.bytes += event;
      }
    }
    segment.end = out.bytes.size();
  }
}

BatchBuilder::BatchBuilder()
    : pool_(std::make_shared<Batch::BufferPool>()), batch_(new Batch(pool_)) {}

BatchBuilder::~BatchBuilder() = default;

void BatchBuilder::append(ConnectionId sender, ws::Opcode opcode, BytesView payload,
                          std::uint64_t id) {
  WSB_CHECK(!full_for(payload.size()));
  WSB_CHECK(opcode == ws::Opcode::text || opcode == ws::Opcode::binary);
  frame(sender, payload, {0, payload.size(), id, opcode, false});
}

void BatchBuilder::append_note(ConnectionId sender, BytesView text) {
  WSB_CHECK(!full_for(text.size()));
  frame(sender, text, {0, text.size(), 0, ws::Opcode::text, true});
}

// A larger group is alone in its batch.
void BatchBuilder::append_group(ConnectionId sender, std::span<const Part> parts,
                                std::uint64_t id) {
  std::size_t bytes = 0;
  for (const Part& part : parts) bytes += part.payload.size() + ws::kMaxFrameHeaderBytes;
  const bool large = bytes > limits::kWriteBytes;
  WSB_CHECK(empty() || this->bytes() + bytes <= limits::kWriteBytes);
  for (const Part& part : parts) {
    const std::size_t begin = batch_->plain_.bytes.size();
    frame(sender, part.payload, {0, part.payload.size(), id, part.opcode, false});
    if (large) note_ends(begin);
    id = 0;
  }
}

// Of the frames of a message: all but the last are a whole write.
void BatchBuilder::note_ends(std::size_t begin) {
  Batch::Wire& wire = batch_->plain_;
  while (wire.bytes.size() - begin > limits::kWriteBytes) {
    wire.ends.push_back(begin += limits::kWriteBytes);
  }
  wire.ends.push_back(wire.bytes.size());
}

void BatchBuilder::frame(ConnectionId sender, BytesView payload, Batch::Payload entry) {
  Batch::Wire& wire = batch_->plain_;
  const std::size_t begin = wire.bytes.size();
  ws::FrameEncoder::for_server().append_message(wire.bytes, entry.opcode, payload,
                                                {.fragment_size = kFragmentBytes});
  if (wire.segments.empty() || wire.segments.back().sender != sender) {
    wire.segments.push_back({.sender = sender});
  }
  wire.segments.back().messages += 1;
  wire.segments.back().end = wire.bytes.size();
  wire.segments.back().payload_bytes += payload.size();
  const std::size_t first = std::min(payload.size(), kFragmentBytes);
  entry.offset = begin + ws::frame_header_size(first, false);
  batch_->payloads_.push_back(entry);
  batch_->messages_ += 1;
}

bool BatchBuilder::empty() const { return batch_->messages_ == 0; }

std::size_t BatchBuilder::bytes() const { return batch_->plain_.bytes.size(); }

bool BatchBuilder::full_for(std::size_t payload_bytes) const {
  return !empty() && bytes() + payload_bytes + ws::kMaxFrameHeaderBytes > limits::kWriteBytes;
}

BatchRef BatchBuilder::freeze() {
  WSB_CHECK(!empty());
  BatchRef frozen = std::move(batch_);
  batch_.reset(new Batch(pool_));
  return frozen;
}

void BatchBuilder::frame_deflated(ws::Opcode opcode, BytesView payload, int window_bits,
                                  Bytes& out) {
  WSB_CHECK(!in_fragments(payload.size()));
  std::unique_ptr<ws::Deflater> deflater = pool_->take_deflater(window_bits);
  packed_.clear();
  deflater->compress(payload, packed_);
  pool_->give_back(std::move(deflater));
  const bool smaller = packed_.size() < payload.size();
  ws::FrameEncoder::for_server().append_message(out, opcode, smaller ? BytesView(packed_) : payload,
                                                {.compressed = smaller});
}

}  // namespace wsb::net
