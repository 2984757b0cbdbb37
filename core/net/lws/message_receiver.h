#pragma once

// Puts messages together from what libwebsockets' server role hands over: parts of frames,
// unmasked, with flags but without boundaries. Inflates, checks UTF-8 as the bytes arrive (RFC 6455
// §8.1), and refuses by size before memory is taken. Pure: no libwebsockets. Owned by one
// connection.

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>

#include "core/base/bytes.h"
#include "core/base/utf8.h"
#include "core/proto/ws/deflate_params.h"
#include "core/proto/ws/inflater.h"
#include "core/proto/ws/message_buffer.h"
#include "core/proto/ws/message_sink.h"
#include "core/proto/ws/protocol_error.h"

namespace wsb::net {

class MessageReceiver {
 public:
  struct Part {
    BytesView bytes;
    std::uint64_t remaining = 0;  // of its frame, behind `bytes`
    bool first = false;           // of its message
    bool last_frame = false;      // FIN is set on its frame
    bool binary = false;
    bool rsv1 = false;  // on its frame
  };
  struct Nothing {};  // the message is not complete
  // The views are valid until the next call.
  using Outcome = std::variant<Nothing, ws::Message, ws::ProtocolError>;

  MessageReceiver(std::uint64_t max_message, const std::optional<ws::DeflateParams>& deflate);

  // After an error no more is to be fed.
  [[nodiscard]] Outcome feed(const Part& part);

 private:
  [[nodiscard]] std::optional<ws::ProtocolError> begin_frame(const Part& part);
  [[nodiscard]] std::optional<ws::ProtocolError> add(const Part& part);
  [[nodiscard]] std::optional<ws::ProtocolError> inflate(const Part& part);
  [[nodiscard]] std::optional<ws::ProtocolError> check_text(BytesView bytes, bool complete);
  [[nodiscard]] ws::Message message(BytesView payload);

  // What few connections need, allocated when they do.
  struct Assembly {
    ws::MessageBuffer buffer;
    std::optional<ws::Inflater> inflater;
  };
  [[nodiscard]] Assembly& assembly();

  std::uint64_t max_message_;
  std::uint64_t wire_bytes_ = 0;  // of the message so far
  std::unique_ptr<Assembly> assembly_;
  std::uint32_t frames_ = 0;
  std::optional<ws::DeflateParams> deflate_;
  Utf8Validator utf8_;
  bool in_frame_ = false;
  bool compressed_ = false;
  bool delivered_ = false;  // the buffer holds a message that was handed out
};

}  // namespace wsb::net
