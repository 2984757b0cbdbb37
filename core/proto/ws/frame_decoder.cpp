#include "core/proto/ws/frame_decoder.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "core/base/limits.h"
#include "core/base/units.h"

namespace wsb::ws {
namespace {

// What one compressed frame may bring for a message of `max_message` bytes: DEFLATE with a flush
// after every byte needs seven octets a byte. Nothing is stored of it; the inflated size is limited
// where it arises. This only ends a frame that could never become a good message.
std::uint64_t max_compressed_frame(std::uint64_t max_message) {
  constexpr std::uint64_t kWorstExpansion = 8;
  constexpr std::uint64_t kSlackBytes = 1024;
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  if (max_message > (kMost - kSlackBytes) / kWorstExpansion) return kMost;
  return max_message * kWorstExpansion + kSlackBytes;
}

}  // namespace

FrameDecoder::Item FrameDecoder::next(BytesView& in) {
  switch (state_) {
    case State::header: return partial_size_ == 0 ? take_header(in) : continue_header(in);
    case State::payload: {
      const std::size_t size = std::min<std::uint64_t>(left_, in.size());
      if (size == 0 && left_ != 0) return Item::need_more;
      payload_offset_ = header_.length - left_;
      payload_ = in.substr(0, size);
      in.remove_prefix(size);
      left_ -= size;
      if (left_ == 0) state_ = State::header;
      return Item::payload;
    }
    case State::failed: return Item::error;
  }
  return Item::error;
}

FrameDecoder::Item FrameDecoder::take_header(BytesView& in) {
  const HeaderParse parse = parse_frame_header(in, header_);
  if (in.size() >= 2 && !prefix_is_good()) return Item::error;
  if (parse.status == HeaderParse::Status::complete) {
    in.remove_prefix(parse.size);
    return judge(parse.size);
  }
  if (parse.status == HeaderParse::Status::bad) {
    return fail(CloseCode::protocol_error, "frame " + std::string(parse.error));
  }
  std::copy(in.begin(), in.end(), partial_.begin());
  partial_size_ = in.size();
  in = {};
  return Item::need_more;
}

FrameDecoder::Item FrameDecoder::continue_header(BytesView& in) {
  const std::size_t held = partial_size_;
  const BytesView part = in.substr(0, partial_.size() - held);
  std::copy(part.begin(), part.end(), partial_.begin() + static_cast<std::ptrdiff_t>(held));
  const std::size_t size = held + part.size();
  const HeaderParse parse = parse_frame_header({partial_.data(), size}, header_);
  if (size >= 2 && !prefix_is_good()) return Item::error;
  if (parse.status == HeaderParse::Status::complete) {
    in.remove_prefix(parse.size - held);
    partial_size_ = 0;
    return judge(parse.size);
  }
  if (parse.status == HeaderParse::Status::bad) {
    return fail(CloseCode::protocol_error, "frame " + std::string(parse.error));
  }
  partial_size_ = size;
  in = {};
  return Item::need_more;
}

// Everything that the first two bytes tell.
bool FrameDecoder::prefix_is_good() {
  const char* fault = nullptr;
  if (header_.rsv2 || header_.rsv3) {
    fault = "reserved bit is set";
  } else if (!is_defined(header_.opcode)) {
    fault = "reserved opcode";
  } else if (header_.masked != (rules_.role == Role::server)) {
    fault = header_.masked ? "masked frame from a server" : "unmasked frame from a client";
  } else {
    fault = is_control(header_.opcode) ? control_fault() : data_fault();
  }
  if (fault == nullptr) return true;
  fail(CloseCode::protocol_error, fault);
  return false;
}

const char* FrameDecoder::control_fault() const {
  if (header_.rsv1) return "reserved bit is set on a control frame";
  if (!header_.fin) return "fragmented control frame";
  if (header_.length > limits::kControlPayloadBytes) return "control frame longer than 125 bytes";
  return nullptr;
}

const char* FrameDecoder::data_fault() const {
  if (header_.opcode == Opcode::continuation) {
    if (!in_message_) return "continuation frame without a message to continue";
    // RFC 7692 §6.1: only the first frame of a message says that it is compressed.
    if (header_.rsv1) return "reserved bit is set on a continuation frame";
    return nullptr;
  }
  if (in_message_) return "new message before the last frame of the one before";
  if (header_.rsv1 && !rules_.rsv1_allowed) return "reserved bit is set";
  return nullptr;
}

FrameDecoder::Item FrameDecoder::judge(std::size_t header_size) {
  if (!is_control(header_.opcode)) {
    if (header_.opcode != Opcode::continuation) {
      compressed_ = header_.rsv1;
      message_frames_ = 0;
      message_bytes_ = 0;
      message_wire_bytes_ = 0;
    }
    if (!size_is_good()) return Item::error;
    ++message_frames_;
    message_bytes_ += header_.length;
    message_wire_bytes_ += header_size + header_.length;
    in_message_ = !header_.fin;
  }
  left_ = header_.length;
  state_ = State::payload;
  return Item::header;
}

bool FrameDecoder::size_is_good() {
  if (message_frames_ == limits::kFramesPerMessage) {
    fail(CloseCode::policy_violation, "message in too many frames");
    return false;
  }
  const bool good = compressed_ ? header_.length <= max_compressed_frame(rules_.max_message)
                                : header_.length <= rules_.max_message &&
                                      message_bytes_ <= rules_.max_message - header_.length;
  if (!good) {
    fail(CloseCode::message_too_big,
         "message larger than " + format_byte_size({rules_.max_message}));
  }
  return good;
}

FrameDecoder::Item FrameDecoder::fail(CloseCode code, std::string text) {
  state_ = State::failed;
  error_ = {code, std::move(text)};
  return Item::error;
}

}  // namespace wsb::ws
