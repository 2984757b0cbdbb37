#include "core/proto/ws/endpoint.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/proto/ws/deflate_negotiation.h"

namespace wsb::ws {
namespace {

FrameEncoder encoder_for(Role role, RandomSource* random) {
  if (role == Role::server) return FrameEncoder::for_server();
  WSB_CHECK(random != nullptr);
  return FrameEncoder::for_client(*random);
}

}  // namespace

Endpoint::Endpoint(const EndpointOptions& options, RandomSource* random)
    : options_(options),
      decoder_({options.role, options.max_message, options.deflate}),
      encoder_(encoder_for(options.role, random)),
      closing_(options.role) {
  if (!options.deflate) return;
  const int window_bits = options.deflate->send_window_bits(options.role);
  if (window_bits < kMinSendWindowBits) return;
  deflater_ = std::make_unique<Deflater>(
      DeflaterOptions{window_bits, options.deflate->send_no_context_takeover(options.role),
                      options.compress_level, options.compress_memory_level});
}

std::size_t Endpoint::feed(BytesView in, MessageSink& sink) {
  if (state() == State::closed) return in.size();
  sink_ = &sink;
  const std::size_t taken = decoder_.feed(in, *this);
  sink_ = nullptr;
  return taken;
}

bool Endpoint::send_text(BytesView text, const SendOptions& options) {
  return send_message(Opcode::text, text, options);
}

bool Endpoint::send_binary(BytesView bytes, const SendOptions& options) {
  return send_message(Opcode::binary, bytes, options);
}

bool Endpoint::send_message(Opcode opcode, BytesView payload, const SendOptions& options) {
  if (state() != State::open) return false;
  MessageFraming framing{options.fragment_size, wants_compression(payload.size(), options)};
  if (framing.compressed) {
    deflated_.clear();
    deflater_->compress(payload, deflated_);
    payload = deflated_;
  }
  encoder_.append_message(output_, opcode, payload, framing);
  return true;
}

bool Endpoint::wants_compression(std::size_t size, const SendOptions& options) const {
  return deflater_ != nullptr && options.compress.value_or(size >= options_.compress_min_bytes);
}

bool Endpoint::send_ping(BytesView payload) {
  if (state() != State::open) return false;
  encoder_.append_ping(output_, payload.substr(0, limits::kControlPayloadBytes));
  return true;
}

bool Endpoint::send_pong(BytesView payload) {
  if (state() != State::open) return false;
  encoder_.append_pong(output_, payload.substr(0, limits::kControlPayloadBytes));
  return true;
}

bool Endpoint::close(CloseCode code, std::string reason) {
  if (state() != State::open) return false;
  send_close({code, std::move(reason)});
  return true;
}

void Endpoint::send_close(CloseInfo info) {
  encoder_.append_close(output_, info);
  closing_.close_sent(std::move(info));
}

void Endpoint::consume_output(std::size_t size) {
  WSB_CHECK(size <= output_.size() - output_start_);
  output_start_ += size;
  if (output_start_ == output_.size()) {
    output_.clear();
    output_start_ = 0;
  }
}

Bytes Endpoint::take_output() {
  output_.erase(0, output_start_);
  output_start_ = 0;
  return std::exchange(output_, {});
}

void Endpoint::on_message(const Message& message) { sink_->on_message(message); }

// RFC 6455 §5.5.2. After our Close frame nothing follows, not even a pong.
void Endpoint::on_ping(BytesView payload) {
  if (options_.answer_pings) send_pong(payload);
  sink_->on_ping(payload);
}

void Endpoint::on_pong(BytesView payload) { sink_->on_pong(payload); }

// §5.5.1: the answer carries the code that was received.
void Endpoint::on_close(const CloseInfo& info) {
  closing_.close_received(info);
  if (!closing_.sent()) send_close({info.code, {}});
  sink_->on_close(info);
}

void Endpoint::on_error(const ProtocolError& error) {
  error_ = error;
  if (!closing_.sent()) send_close({error.code, error.text});
  closing_.failed();
  sink_->on_error(error);
}

}  // namespace wsb::ws
