#pragma once

// Cuts a byte stream into frames and judges each header by the rules of RFC 6455 §5: who masks,
// reserved bits and opcodes, control frames, the order of fragments, minimal lengths, and the size
// of the message, all before a byte of payload is taken. It copies nothing but a header that is
// split between reads. Owned by a MessageDecoder (or a tracer); one thread at a time.

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/base/bytes.h"
#include "core/proto/ws/frame.h"
#include "core/proto/ws/protocol_error.h"
#include "core/proto/ws/role.h"

namespace wsb::ws {

struct FrameRules {
  Role role = Role::client;   // ours: a server demands masks, a client refuses them
  bool rsv1_allowed = false;  // permessage-deflate was agreed on
  std::uint64_t max_message = std::uint64_t{16} << 20U;  // bytes of payload in one message
};

class FrameDecoder {
 public:
  enum class Item {
    need_more,  // everything was taken
    header,     // header() is new
    payload,    // payload() is the next part of the frame's payload; an empty frame has one part
    error,      // error() says what; final
  };

  explicit FrameDecoder(FrameRules rules) : rules_(rules) {}

  // Takes bytes from the front of `in`.
  [[nodiscard]] Item next(BytesView& in);

  [[nodiscard]] const FrameHeader& header() const { return header_; }
  // A view into what was fed, still masked.
  [[nodiscard]] BytesView payload() const { return payload_; }
  // Where payload() begins in the frame's payload: for unmasking.
  [[nodiscard]] std::uint64_t payload_offset() const { return payload_offset_; }
  // payload() was the last part of its frame.
  [[nodiscard]] bool frame_complete() const { return left_ == 0; }
  // The data frame of header() belongs to a compressed message.
  [[nodiscard]] bool compressed() const { return compressed_; }
  // The frames of the current message so far, this one included.
  [[nodiscard]] std::uint32_t message_frames() const { return message_frames_; }
  // On the wire, headers included.
  [[nodiscard]] std::uint64_t message_wire_bytes() const { return message_wire_bytes_; }
  [[nodiscard]] const ProtocolError& error() const { return error_; }

 private:
  enum class State { header, payload, failed };

  [[nodiscard]] Item take_header(BytesView& in);
  [[nodiscard]] Item continue_header(BytesView& in);
  [[nodiscard]] Item judge(std::size_t header_size);
  [[nodiscard]] bool prefix_is_good();
  [[nodiscard]] const char* control_fault() const;
  [[nodiscard]] const char* data_fault() const;
  [[nodiscard]] bool size_is_good();
  Item fail(CloseCode code, std::string text);

  FrameRules rules_;
  State state_ = State::header;
  bool in_message_ = false;  // a data frame without FIN came
  bool compressed_ = false;
  FrameHeader header_;
  std::uint64_t left_ = 0;  // of the payload
  std::uint64_t payload_offset_ = 0;
  BytesView payload_;
  std::uint32_t message_frames_ = 0;
  std::uint64_t message_bytes_ = 0;  // payload announced so far
  std::uint64_t message_wire_bytes_ = 0;
  std::array<char, kMaxFrameHeaderBytes> partial_{};
  std::size_t partial_size_ = 0;
  ProtocolError error_;
};

}  // namespace wsb::ws
