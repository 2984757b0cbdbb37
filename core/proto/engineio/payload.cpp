#include "core/proto/engineio/payload.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "core/base/encoding.h"
#include "core/base/utf8.h"

namespace wsb::engineio {
namespace {

constexpr char kSeparator = '\x1E';
constexpr char kBinaryMark = 'b';

Error refuse(std::size_t index, const std::string& why) {
  return make_error(ErrorCode::protocol,
                    "packet " + std::to_string(index + 1) + " of the payload " + why);
}

Result<Packet> decode_one(BytesView text, std::size_t index) {
  if (text.empty()) return refuse(index, "is empty");
  if (text.front() == kBinaryMark) {
    std::optional<Bytes> data = base64_decode(text.substr(1));
    if (!data) return refuse(index, "is not base64");
    return Packet{PacketType::message, true, std::move(*data)};
  }
  const std::optional<PacketView> packet = decode_text(text);
  if (!packet) return refuse(index, "has an unknown type");
  return Packet{packet->type, false, Bytes(packet->data)};
}

}  // namespace

Result<std::vector<Packet>> decode_payload(BytesView body, std::size_t max_packets) {
  if (!is_valid_utf8(body)) return make_error(ErrorCode::protocol, "the payload is not UTF-8");
  const auto count = static_cast<std::size_t>(std::count(body.begin(), body.end(), kSeparator)) + 1;
  if (count > max_packets) {
    return make_error(ErrorCode::too_large,
                      "the payload has more than " + std::to_string(max_packets) + " packets");
  }
  std::vector<Packet> packets;
  packets.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t end = std::min(body.find(kSeparator), body.size());
    Result<Packet> packet = decode_one(body.substr(0, end), i);
    if (!packet) return std::move(packet).error();
    packets.push_back(std::move(*packet));
    body.remove_prefix(std::min(end + 1, body.size()));
  }
  return packets;
}

void append_to_payload(Bytes& payload, const PacketView& packet) {
  if (!payload.empty()) payload.push_back(kSeparator);
  if (packet.binary) {
    payload.push_back(kBinaryMark);
    payload += base64_encode(packet.data);
  } else {
    append_text(payload, packet);
  }
}

std::size_t payload_growth(const PacketView& packet) {
  const std::size_t data = packet.binary ? (packet.data.size() + 2) / 3 * 4 : packet.data.size();
  return data + 2;
}

}  // namespace wsb::engineio
