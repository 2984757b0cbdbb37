#pragma once

// One end of an open WebSocket, without its socket: bytes in, events and bytes out. It composes the
// decoder, the encoder, permessage-deflate, the answers to pings and the closing handshake.
// Owned by a client connection, the fake network or a test; one thread at a time.
//
//   Endpoint endpoint(options);            // after the opening handshake, with what it agreed on
//   endpoint.feed(bytes, sink);            // events arrive at the sink
//   endpoint.send_text("hello");
//   socket.write(endpoint.output()); endpoint.consume_output(written);
//   if (endpoint.transport_close_due()) …  // after the output is flushed
//   endpoint.end_of_stream();              // TCP ended: state() is closed, close_info() is final

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/base/bytes.h"
#include "core/base/random.h"
#include "core/proto/ws/closing_state.h"
#include "core/proto/ws/deflater.h"
#include "core/proto/ws/frame_encoder.h"
#include "core/proto/ws/message_decoder.h"
#include "core/proto/ws/message_sink.h"
#include "core/proto/ws/role.h"

namespace wsb::ws {

struct EndpointOptions {
  Role role = Role::client;
  std::uint64_t max_message = std::uint64_t{16} << 20U;  // received, bytes of payload, inflated
  std::optional<DeflateParams> deflate{};                // as agreed in the handshake
  // Messages shorter than this are sent uncompressed: deflating them costs more than it saves.
  std::size_t compress_min_bytes = 256;
  int compress_level = 6;
  int compress_memory_level = 8;
  bool answer_pings = true;
};

struct SendOptions {
  std::size_t fragment_size = 0;  // bytes of wire payload a frame; 0: one frame
  // Whether to compress where permessage-deflate was agreed on; unset: by compress_min_bytes.
  std::optional<bool> compress{};
};

class Endpoint final : private MessageSink {
 public:
  // `random` is needed by a client (masking keys) and must outlive the endpoint; a server passes
  // null.
  Endpoint(const EndpointOptions& options, RandomSource* random);
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  // Decodes, calls the sink, answers pings and Close frames, fails the connection on an error.
  // Returns how many bytes were taken: less than all only after stop_reading() in a sink call.
  std::size_t feed(BytesView in, MessageSink& sink);
  // From inside a sink call: return from feed() after the current event.
  void stop_reading() { decoder_.stop(); }
  // TCP ended.
  void end_of_stream() { closing_.transport_ended(); }

  // Each appends to output() and returns true; false, and nothing happens, unless state() is open.
  bool send_text(BytesView text, const SendOptions& options = {});
  bool send_binary(BytesView bytes, const SendOptions& options = {});
  bool send_ping(BytesView payload);  // cut to limits::kControlPayloadBytes
  bool send_pong(BytesView payload);
  // Begins the closing handshake. no_status sends an empty Close frame.
  bool close(CloseCode code = CloseCode::normal, std::string reason = {});

  // Bytes for the wire that were not consumed yet.
  [[nodiscard]] BytesView output() const { return BytesView(output_).substr(output_start_); }
  void consume_output(std::size_t size);
  // All of output(), moved out.
  [[nodiscard]] Bytes take_output();
  // For frames that the caller encoded itself: append whole frames only, and only while open.
  [[nodiscard]] Bytes& output_buffer() { return output_; }

  // The peer has begun a message and not ended it.
  [[nodiscard]] bool in_message() const { return decoder_.in_message(); }
  [[nodiscard]] State state() const { return closing_.state(); }
  [[nodiscard]] const ClosingState& closing() const { return closing_; }
  [[nodiscard]] CloseInfo close_info() const { return closing_.close_info(); }
  [[nodiscard]] bool transport_close_due() const { return closing_.transport_close_due(); }
  // Why we failed the connection, if we did.
  [[nodiscard]] const std::optional<ProtocolError>& error() const { return error_; }
  [[nodiscard]] const EndpointOptions& options() const { return options_; }

  // May be null; must outlive its use. Received frames only.
  void set_observer(FrameObserver* observer) { decoder_.set_observer(observer); }

 private:
  void on_message(const Message& message) override;
  void on_ping(BytesView payload) override;
  void on_pong(BytesView payload) override;
  void on_close(const CloseInfo& info) override;
  void on_error(const ProtocolError& error) override;

  bool send_message(Opcode opcode, BytesView payload, const SendOptions& options);
  [[nodiscard]] bool wants_compression(std::size_t size, const SendOptions& options) const;
  void send_close(CloseInfo info);

  EndpointOptions options_;
  MessageDecoder decoder_;
  FrameEncoder encoder_;
  ClosingState closing_;
  std::unique_ptr<Deflater> deflater_;  // when the agreed window is one that zlib compresses with
  Bytes deflated_;                      // scratch, kept for its capacity
  Bytes output_;
  std::size_t output_start_ = 0;
  MessageSink* sink_ = nullptr;  // during feed()
  std::optional<ProtocolError> error_;
};

}  // namespace wsb::ws
