#include "core/net/lws/message_receiver.h"

#include <utility>

#include "core/base/limits.h"
#include "core/proto/ws/frame.h"

namespace wsb::net {
namespace {

ws::ProtocolError too_large() {
  return {ws::CloseCode::message_too_big, "the message is larger than this server takes"};
}

ws::ProtocolError broken(std::string text) {
  return {ws::CloseCode::protocol_error, std::move(text)};
}

// What a message may take compressed: deflate's stored blocks add a little, and no sender needs
// more.
std::uint64_t compressed_limit(std::uint64_t max_message) {
  return max_message + max_message / 8 + 4096;
}

}  // namespace

MessageReceiver::MessageReceiver(std::uint64_t max_message,
                                 const std::optional<ws::DeflateParams>& deflate)
    : max_message_(max_message), deflate_(deflate) {}

MessageReceiver::Assembly& MessageReceiver::assembly() {
  if (assembly_ == nullptr) {
    assembly_ = std::make_unique<Assembly>();
    if (deflate_) {
      assembly_->inflater.emplace(
          ws::InflaterOptions{.window_bits = deflate_->client_max_window_bits,
                              .no_context_takeover = deflate_->client_no_context_takeover});
    }
  }
  return *assembly_;
}

std::optional<ws::ProtocolError> MessageReceiver::begin_frame(const Part& part) {
  in_frame_ = true;
  if (part.first) {
    frames_ = 0;
    wire_bytes_ = 0;
    utf8_.reset();
    compressed_ = part.rsv1;
    if (compressed_ && !deflate_) return broken("RSV1 is set without an extension");
  } else if (part.rsv1) {
    return broken("RSV1 is set on a continuation frame");
  }
  if (++frames_ > limits::kFramesPerMessage) {
    return ws::ProtocolError{ws::CloseCode::policy_violation, "the message has too many frames"};
  }
  wire_bytes_ += ws::frame_header_size(part.bytes.size() + part.remaining, true);
  return std::nullopt;
}

std::optional<ws::ProtocolError> MessageReceiver::check_text(BytesView bytes, bool complete) {
  if (utf8_.feed(bytes) && (!complete || utf8_.complete())) return std::nullopt;
  return ws::ProtocolError{ws::CloseCode::invalid_payload, "the text is not valid UTF-8"};
}

std::optional<ws::ProtocolError> MessageReceiver::inflate(const Part& part) {
  Assembly& all = assembly();
  const std::size_t before = all.buffer.size();
  const auto limit = static_cast<std::size_t>(max_message_);
  ws::Inflater::Status status = all.inflater->feed(part.bytes, all.buffer, limit);
  const bool complete = part.last_frame && part.remaining == 0;
  if (complete && status == ws::Inflater::Status::ok) {
    status = all.inflater->finish(all.buffer, limit);
  }
  if (status == ws::Inflater::Status::too_large) return too_large();
  if (status == ws::Inflater::Status::bad_data) {
    return ws::ProtocolError{ws::CloseCode::invalid_payload, "the compressed data is damaged"};
  }
  if (part.binary) return std::nullopt;
  return check_text(all.buffer.view_from(before), complete);
}

std::optional<ws::ProtocolError> MessageReceiver::add(const Part& part) {
  const std::uint64_t announced = wire_bytes_ + part.bytes.size() + part.remaining;
  wire_bytes_ += part.bytes.size();
  if (compressed_) {
    if (announced > compressed_limit(max_message_)) return too_large();
    return inflate(part);
  }
  Assembly& all = assembly();
  if (all.buffer.size() + part.bytes.size() + part.remaining > max_message_) return too_large();
  if (!part.binary) {
    if (auto error = check_text(part.bytes, part.last_frame && part.remaining == 0)) return error;
  }
  all.buffer.append(part.bytes);
  return std::nullopt;
}

ws::Message MessageReceiver::message(BytesView payload) {
  ws::Message out;
  out.payload = payload;
  out.compressed = compressed_;
  out.frames = frames_;
  out.wire_bytes = wire_bytes_;
  return out;
}

MessageReceiver::Outcome MessageReceiver::feed(const Part& part) {
  if (delivered_) {
    assembly_->buffer.clear();
    delivered_ = false;
  }
  const bool whole_frame = !in_frame_ && part.remaining == 0;
  if (!in_frame_) {
    if (auto error = begin_frame(part)) return *std::move(error);
  }
  in_frame_ = part.remaining > 0;
  BytesView payload;
  if (whole_frame && part.first && part.last_frame && !compressed_) {
    // The common case: no copy.
    if (part.bytes.size() > max_message_) return too_large();
    if (!part.binary) {
      if (auto error = check_text(part.bytes, true)) return *std::move(error);
    }
    wire_bytes_ += part.bytes.size();
    payload = part.bytes;
  } else {
    if (auto error = add(part)) return *std::move(error);
    if (!part.last_frame || part.remaining > 0) return Nothing{};
    payload = assembly_->buffer.view();
    delivered_ = true;
  }
  ws::Message out = message(payload);
  out.opcode = part.binary ? ws::Opcode::binary : ws::Opcode::text;
  return out;
}

}  // namespace wsb::net
