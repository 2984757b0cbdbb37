#include "core/proto/socketio/decoder.h"

#include <string>

#include "core/base/json_scanner.h"
#include "core/base/utf8.h"

namespace wsb::socketio {
namespace {

Error refuse(std::string why) { return make_error(ErrorCode::protocol, std::move(why)); }

// One valid value that begins with one of `marks`.
bool is_json(BytesView json, std::string_view marks) {
  JsonScanner scanner(json);
  scanner.skip_space();
  const char first = scanner.peek();
  return first != 0 && marks.find(first) != std::string_view::npos && scanner.skip_value() &&
         scanner.at_end() && is_valid_utf8(json);
}

}  // namespace

Result<const ReceivedPacket*> Decoder::feed(bool binary, BytesView data) {
  return binary ? feed_attachment(data) : feed_text(data);
}

Result<const ReceivedPacket*> Decoder::feed_text(BytesView text) {
  if (missing_ > 0) return refuse("a text while attachments are missing");
  release();
  Result<PacketView> packet = parse_packet(text, limits_.max_attachments);
  if (!packet) return std::move(packet).error();
  if (packet->attachments > 0) {
    text_ = text;
    packet = parse_packet(text_, limits_.max_attachments);
  }
  received_.packet = *packet;
  WSB_TRY(check_payload());
  missing_ = packet->attachments;
  return missing_ > 0 ? nullptr : &received_;
}

Result<const ReceivedPacket*> Decoder::feed_attachment(BytesView data) {
  if (missing_ == 0) return refuse("a binary message that no packet announced");
  storage_bytes_ += data.size();
  if (storage_bytes_ > limits_.max_attachment_bytes) {
    return make_error(ErrorCode::too_large, "attachments of more than " +
                                                std::to_string(limits_.max_attachment_bytes) +
                                                " bytes together");
  }
  storage_.emplace_back(data);
  if (--missing_ > 0) return nullptr;
  received_.attachments.assign(storage_.begin(), storage_.end());
  return &received_;
}

void Decoder::release() {
  if (storage_.empty()) return;
  storage_ = {};
  storage_bytes_ = 0;
  received_.attachments.clear();
  text_ = {};
}

// In a packet without attachments what looks like a placeholder is an object like any other.
Result<void> Decoder::check_placeholders() {
  if (received_.packet.attachments == 0) return {};
  return find_placeholders(received_.packet.json, received_.packet.attachments, placeholders_);
}

Result<void> Decoder::check_payload() {
  const PacketView& packet = received_.packet;
  const bool has_id = packet.id.has_value();
  switch (packet.type) {
    case PacketType::connect:
      if (has_id || !(packet.json.empty() || is_json(packet.json, "{"))) break;
      return {};
    case PacketType::disconnect:
      if (has_id || !packet.json.empty()) break;
      return {};
    case PacketType::connect_error:
      if (has_id || !is_json(packet.json, "{\"")) break;  // a string: servers before version 3
      return {};
    case PacketType::event:
    case PacketType::binary_event:
      WSB_TRY(parse_event(packet.json, received_.event));
      return check_placeholders();
    case PacketType::ack:
    case PacketType::binary_ack:
      if (!has_id) break;
      WSB_TRY(parse_ack(packet.json, received_.args));
      return check_placeholders();
  }
  return refuse("a Socket.IO packet with an invalid payload or ack id");
}

}  // namespace wsb::socketio
