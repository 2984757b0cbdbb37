#include "core/proto/ws/message_decoder.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "core/base/units.h"

namespace wsb::ws {
namespace {

// Masked and compressed bytes are unmasked into so much of the stack at a time.
constexpr std::size_t kUnmaskBytes = 4096;

}  // namespace

MessageDecoder::MessageDecoder(const MessageDecoderOptions& options)
    : options_(options), frames_({options.role, options.deflate.has_value(), options.max_message}) {
  if (options.deflate) {
    inflater_.emplace(InflaterOptions{options.deflate->receive_window_bits(options.role),
                                      options.deflate->receive_no_context_takeover(options.role)});
  }
}

std::size_t MessageDecoder::feed(BytesView in, MessageSink& sink) {
  const std::size_t offered = in.size();
  stopped_ = false;
  while (!ended_ && !stopped_) {
    switch (frames_.next(in)) {
      case FrameDecoder::Item::need_more: return offered;
      case FrameDecoder::Item::header: on_header(); break;
      case FrameDecoder::Item::payload: on_payload(sink); break;
      case FrameDecoder::Item::error: fail(frames_.error(), sink); break;
    }
  }
  return ended_ ? offered : offered - in.size();
}

void MessageDecoder::on_header() {
  const FrameHeader& header = frames_.header();
  const bool data = !is_control(header.opcode);
  if (data && header.opcode != Opcode::continuation) {
    opcode_ = header.opcode;
    utf8_.reset();
  }
  if (!data) control_size_ = 0;
  if (observer_ != nullptr) observer_->on_frame(header, data && frames_.compressed());
}

void MessageDecoder::on_payload(MessageSink& sink) {
  if (is_control(frames_.header().opcode)) {
    control_payload(sink);
  } else {
    data_payload(sink);
  }
}

void MessageDecoder::data_payload(MessageSink& sink) {
  const FrameHeader& header = frames_.header();
  const BytesView part = frames_.payload();
  const bool last = header.fin && frames_.frame_complete();
  if (last && !header.masked && frames_.message_frames() == 1 && !frames_.compressed() &&
      part.size() == header.length) {
    if (check_text(part, sink)) deliver(part, sink);
    return;
  }
  if (frames_.compressed() ? !inflate_part(sink) : !assemble(sink)) return;
  if (!last) return;
  if (frames_.compressed() && !finish_inflate(sink)) return;
  deliver(buffer_.view(), sink);
  buffer_.clear();
}

bool MessageDecoder::assemble(MessageSink& sink) {
  const BytesView part = frames_.payload();
  if (part.empty()) return true;
  const FrameHeader& header = frames_.header();
  const std::size_t start = buffer_.size();
  if (header.masked) {
    copy_masked(buffer_.reserve(part.size()), part.data(), part.size(), header.mask_key,
                frames_.payload_offset());
    buffer_.commit(part.size());
  } else {
    buffer_.append(part);
  }
  return check_text(buffer_.view_from(start), sink);
}

bool MessageDecoder::inflate_part(MessageSink& sink) {
  const FrameHeader& header = frames_.header();
  BytesView part = frames_.payload();
  std::uint64_t offset = frames_.payload_offset();
  std::array<char, kUnmaskBytes> unmasked;
  while (!part.empty()) {
    BytesView piece = part;
    if (header.masked) {
      piece = part.substr(0, unmasked.size());
      copy_masked(unmasked.data(), piece.data(), piece.size(), header.mask_key, offset);
      offset += piece.size();
      part.remove_prefix(piece.size());
      piece = {unmasked.data(), piece.size()};
    } else {
      part = {};
    }
    const std::size_t start = buffer_.size();
    const auto status = inflater_->feed(piece, buffer_, options_.max_message);
    if (!check_inflated(status, start, sink)) return false;
  }
  return true;
}

bool MessageDecoder::finish_inflate(MessageSink& sink) {
  const std::size_t start = buffer_.size();
  return check_inflated(inflater_->finish(buffer_, options_.max_message), start, sink);
}

// What came out before a fault is judged first: the outcome must not depend on how the bytes were
// split.
bool MessageDecoder::check_inflated(Inflater::Status status, std::size_t start, MessageSink& sink) {
  if (!check_text(buffer_.view_from(start), sink)) return false;
  switch (status) {
    case Inflater::Status::ok: return true;
    case Inflater::Status::too_large:
      fail({CloseCode::message_too_big,
            "message larger than " + format_byte_size({options_.max_message})},
           sink);
      return false;
    case Inflater::Status::bad_data:
      fail({CloseCode::invalid_payload, "compressed data is damaged"}, sink);
      return false;
  }
  return false;
}

bool MessageDecoder::check_text(BytesView part, MessageSink& sink) {
  if (opcode_ != Opcode::text || utf8_.feed(part)) return true;
  fail({CloseCode::invalid_payload, "text is not UTF-8"}, sink);
  return false;
}

void MessageDecoder::deliver(BytesView payload, MessageSink& sink) {
  if (opcode_ == Opcode::text && !utf8_.complete()) {
    fail({CloseCode::invalid_payload, "text ends inside a character"}, sink);
    return;
  }
  const Message message{opcode_, payload, frames_.compressed(), frames_.message_frames(),
                        frames_.message_wire_bytes()};
  opcode_ = Opcode::continuation;
  sink.on_message(message);
}

void MessageDecoder::control_payload(MessageSink& sink) {
  const FrameHeader& header = frames_.header();
  const BytesView part = frames_.payload();
  if (!header.masked && part.size() == header.length) {
    control_complete(part, sink);
    return;
  }
  if (!part.empty()) {
    copy_masked(control_.data() + control_size_, part.data(), part.size(), header.mask_key,
                frames_.payload_offset());  // a zero key leaves the bytes as they are
    control_size_ += part.size();
  }
  if (frames_.frame_complete()) control_complete({control_.data(), control_size_}, sink);
}

void MessageDecoder::control_complete(BytesView payload, MessageSink& sink) {
  const Opcode opcode = frames_.header().opcode;
  if (opcode == Opcode::ping) {
    sink.on_ping(payload);
  } else if (opcode == Opcode::pong) {
    sink.on_pong(payload);
  } else {
    CloseInfo info;
    if (std::optional<ProtocolError> error = parse_close_payload(payload, info)) {
      fail(*std::move(error), sink);
      return;
    }
    ended_ = true;
    sink.on_close(info);
  }
}

void MessageDecoder::fail(ProtocolError error, MessageSink& sink) {
  ended_ = true;
  sink.on_error(error);
}

}  // namespace wsb::ws
