#pragma once

// From Engine.IO messages to whole Socket.IO packets: a text, and where it is of a binary type the
// attachments that must follow it. Checks what the JSON of each type must be. A packet without
// attachments is a view of the message that it came in; others are assembled within limits.
// Owned by a connection; one thread.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/limits.h"
#include "core/base/result.h"
#include "core/proto/socketio/event.h"
#include "core/proto/socketio/packet.h"
#include "core/proto/socketio/placeholder.h"

namespace wsb::socketio {

struct DecoderLimits {
  std::size_t max_attachments = limits::kAttachments;           // of one packet
  std::size_t max_attachment_bytes = limits::kAttachmentBytes;  // of one packet, together
};

// Valid until the decoder is fed again or released.
struct ReceivedPacket {
  PacketView packet;
  Event event;                         // of the types event and binary_event
  std::vector<BytesView> args;         // of ack and binary_ack
  std::vector<BytesView> attachments;  // as many as the packet said
};

class Decoder {
 public:
  explicit Decoder(DecoderLimits limits = {}) : limits_(limits) {}

  // A whole packet, or null while attachments are to come.
  // Errors: protocol (a bad packet; a text while attachments are missing; an attachment that no
  // packet announced), too_large (a limit). After an error the decoder is of no more use.
  [[nodiscard]] Result<const ReceivedPacket*> feed(bool binary, BytesView data);
  // Gives the memory of attachments back; the packet is dealt with.
  void release();
  // Attachments are to come.
  [[nodiscard]] bool in_packet() const { return missing_ > 0; }

 private:
  [[nodiscard]] Result<const ReceivedPacket*> feed_text(BytesView text);
  [[nodiscard]] Result<const ReceivedPacket*> feed_attachment(BytesView data);
  [[nodiscard]] Result<void> check_payload();
  [[nodiscard]] Result<void> check_placeholders();

  DecoderLimits limits_;
  ReceivedPacket received_;
  Bytes text_;                  // of a packet whose attachments are to come
  std::vector<Bytes> storage_;  // of the attachments
  std::size_t storage_bytes_ = 0;
  std::size_t missing_ = 0;
  std::vector<Placeholder> placeholders_;
};

}  // namespace wsb::socketio
