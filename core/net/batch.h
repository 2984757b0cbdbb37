#pragma once

// Immutable wire bytes shared by many receivers: all messages for one audience that became ready in
// one loop turn, framed once (RFC 6455 §5, server role: unmasked), and, made on first use, the same
// messages compressed (RFC 7692) for receivers that negotiated permessage-deflate, each message
// with a fresh context so that one twin serves them all, and as events for those who cannot speak
// WebSocket. A batch holds at most limits::kWriteBytes
// and is one write, or one larger message in fragments (RFC 6455 §5.4) that are a write each, so
// that no receiver is handed more at a time and control frames find a gap behind it. A message and
// the ones that belong to it stay together, and are cut between their frames in the same way.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/limits.h"
#include "core/net/connection_id.h"
#include "core/proto/ws/opcode.h"

namespace wsb::net {

class Batch {
 public:
  // Consecutive messages of one sender.
  struct Segment {
    ConnectionId sender;  // not valid when the sender is not a connection of this loop
    std::uint32_t messages = 0;
    std::size_t end = 0;            // offset behind its last byte
    std::size_t payload_bytes = 0;  // of its messages, uncompressed, without frame headers
  };
  // One encoding of all messages; segments correspond one to one between encodings.
  struct Wire {
    Bytes bytes;
    std::vector<Segment> segments;
    // Where frames end, of a batch that is larger than a write and not a single message.
    std::vector<std::size_t> ends{};
    [[nodiscard]] std::size_t begin_of(std::size_t segment) const {
      return segment == 0 ? 0 : segments[segment - 1].end;
    }
    // What may be written at once from the segment `first` on, of which `sent` bytes were written
    // so before, up to the segment `last`: at most limits::kWriteBytes, ending behind a frame.
    [[nodiscard]] BytesView next_write(std::size_t first, std::size_t last,
                                       std::size_t sent) const {
      const std::size_t begin = begin_of(first) + sent;
      const std::size_t rest = segments[last - 1].end - begin;
      std::size_t size = std::min(rest, limits::kWriteBytes);
      if (size < rest && !ends.empty()) {
        size = *(std::upper_bound(ends.begin(), ends.end(), begin + size) - 1) - begin;
      }
      return BytesView(bytes).substr(begin, size);
    }
  };

  ~Batch();
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  // Any thread, once the batch is frozen.
  [[nodiscard]] const Wire& plain() const { return plain_; }
  // `window_bits` 9 to 15: what the receiver's inflater was promised at most. Made once, by the
  // first thread that asks; the others wait for it. A message that does not shrink, or is one
  // of several and below limits::kMinDeflateBytes, stays plain, which RFC 7692 §6 allows.
  [[nodiscard]] const Wire& deflated(int window_bits) const;
  // The same as Server-Sent Events (WHATWG HTML §9.2): a text is a message, a binary message an
  // event of the type "binary" with base64. `chunked`: each is a chunk (RFC 9112 §7.1). Made once.
  [[nodiscard]] const Wire& events(bool chunked) const;
  [[nodiscard]] std::size_t segment_count() const { return plain_.segments.size(); }
  [[nodiscard]] std::uint32_t message_count() const { return messages_; }
  // What it takes, without what is made later.
  [[nodiscard]] std::size_t memory_bytes() const;

  struct Message {
    ws::Opcode opcode;
    BytesView payload;
  };
  // One of message_count(), for whoever sends them one by one. The view is of this batch or of
  // `scratch`.
  [[nodiscard]] Message message(std::size_t index, Bytes& scratch) const {
    const Payload& payload = payloads_[index];
    return {payload.opcode, payload_of(payload, scratch)};
  }

 private:
  friend class BatchBuilder;
  struct Buffers;    // what a batch needs memory for
  class BufferPool;  // buffers of batches that ended, for the next ones

  explicit Batch(std::shared_ptr<BufferPool> pool);
  void make_deflated(int window_bits, Wire& out) const;
  void make_events(bool chunked, Wire& out) const;

  struct Payload {       // where a message's payload lies in plain_.bytes
    std::size_t offset;  // of its first byte; frame headers come between its fragments
    std::size_t length;
    std::uint64_t id;  // see BatchBuilder::append()
    ws::Opcode opcode;
    bool note;
  };
  [[nodiscard]] BytesView payload_of(const Payload& payload, Bytes& scratch) const;

  static constexpr int kMinWindowBits = 9;
  static constexpr int kMaxWindowBits = 15;

  std::shared_ptr<BufferPool> pool_;
  Wire plain_;
  std::vector<Payload> payloads_;
  std::uint32_t messages_ = 0;
  mutable std::array<std::once_flag, kMaxWindowBits - kMinWindowBits + 1> deflated_once_;
  mutable std::array<std::unique_ptr<Wire>, kMaxWindowBits - kMinWindowBits + 1> deflated_;
  mutable std::array<std::once_flag, 2> events_once_;
  mutable std::array<std::unique_ptr<Wire>, 2> events_;
};

using BatchRef = std::shared_ptr<const Batch>;

// Collects messages and freezes them. One loop's; the buffers of batches that ended, on whatever
// thread, are used again.
class BatchBuilder {
 public:
  BatchBuilder();
  ~BatchBuilder();
  BatchBuilder(const BatchBuilder&) = delete;
  BatchBuilder& operator=(const BatchBuilder&) = delete;
  // Frames one message. Only ws::Opcode::text and binary, and not when full_for() its payload.
  // `id`: what an event says that a client can resume behind; 0: nothing.
  void append(ConnectionId sender, ws::Opcode opcode, BytesView payload, std::uint64_t id = 0);
  // Several messages that a receiver gets all of or none, in this order; their `parts` borrow until
  // the call returns. Not when full_for() their payloads together; of one message that is append().
  struct Part {
    ws::Opcode opcode;
    BytesView payload;
  };
  void append_group(ConnectionId sender, std::span<const Part> parts, std::uint64_t id = 0);
  // The same of a text that only messages need, since an event says it in its fields.
  void append_note(ConnectionId sender, BytesView text);
  [[nodiscard]] bool empty() const;
  [[nodiscard]] std::size_t bytes() const;
  // True when a further payload of that size should go into the next batch.
  [[nodiscard]] bool full_for(std::size_t payload_bytes) const;
  // Hands out what was collected and starts anew. Not when empty.
  [[nodiscard]] BatchRef freeze();

  // Appends one message to `out`, as one frame for one receiver; compressed, whatever its size, if
  // that makes it smaller. Its frame fits into one write. Independent of what is collected.
  void frame_deflated(ws::Opcode opcode, BytesView payload, int window_bits, Bytes& out);

 private:
  void frame(ConnectionId sender, BytesView payload, Batch::Payload entry);
  void note_ends(std::size_t begin);

  std::shared_ptr<Batch::BufferPool> pool_;
  std::shared_ptr<Batch> batch_;
  Bytes packed_;
};

}  // namespace wsb::net
