#pragma once

// From the peer's bytes to messages, for either role (RFC 6455 §5 and §6.2, RFC 7692 §7.2.2).
// A whole, unmasked, uncompressed frame inside the fed buffer is delivered as a view into it; all
// else is assembled in a buffer bounded by max_message. Text is validated as its bytes arrive.
// Feeding byte by byte gives the same events as feeding at once. Owned by an Endpoint; one thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/base/bytes.h"
#include "core/base/limits.h"
#include "core/base/utf8.h"
#include "core/proto/ws/deflate_params.h"
#include "core/proto/ws/frame_decoder.h"
#include "core/proto/ws/inflater.h"
#include "core/proto/ws/message_buffer.h"
#include "core/proto/ws/message_sink.h"
#include "core/proto/ws/role.h"

namespace wsb::ws {

struct MessageDecoderOptions {
  Role role = Role::client;                              // ours
  std::uint64_t max_message = std::uint64_t{16} << 20U;  // bytes of payload, inflated
  std::optional<DeflateParams> deflate{};                // as agreed in the handshake
};

class MessageDecoder {
 public:
  explicit MessageDecoder(const MessageDecoderOptions& options);

  // Decodes and calls the sink. Returns how many bytes were taken: all of them, unless the sink
  // called stop(); then the rest is to be fed again when it wants to go on. After a Close frame or
  // an error everything is taken and nothing decoded.
  std::size_t feed(BytesView in, MessageSink& sink);

  // From inside a sink call: return from feed() after the current event.
  void stop() { stopped_ = true; }

  // May be null; must outlive its use.
  void set_observer(FrameObserver* observer) { observer_ = observer; }

  // A Close frame or an error came.
  [[nodiscard]] bool ended() const { return ended_; }
  // A message was begun and not ended.
  [[nodiscard]] bool in_message() const { return opcode_ != Opcode::continuation; }

 private:
  void on_header();
  void on_payload(MessageSink& sink);
  void data_payload(MessageSink& sink);
  void control_payload(MessageSink& sink);
  void control_complete(BytesView payload, MessageSink& sink);
  [[nodiscard]] bool assemble(MessageSink& sink);
  [[nodiscard]] bool inflate_part(MessageSink& sink);
  [[nodiscard]] bool finish_inflate(MessageSink& sink);
  [[nodiscard]] bool check_inflated(Inflater::Status status, std::size_t start, MessageSink& sink);
  [[nodiscard]] bool check_text(BytesView part, MessageSink& sink);
  void deliver(BytesView payload, MessageSink& sink);
  void fail(ProtocolError error, MessageSink& sink);

  MessageDecoderOptions options_;
  FrameDecoder frames_;
  std::optional<Inflater> inflater_;
  MessageBuffer buffer_;
  Utf8Validator utf8_;
  FrameObserver* observer_ = nullptr;
  Opcode opcode_ = Opcode::continuation;  // of the message being received; continuation: none
  bool stopped_ = false;
  bool ended_ = false;
  std::array<char, limits::kControlPayloadBytes> control_{};
  std::size_t control_size_ = 0;
};

}  // namespace wsb::ws
