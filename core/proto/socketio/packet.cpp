#include "core/proto/socketio/packet.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "core/base/check.h"
#include "core/base/utf8.h"

namespace wsb::socketio {
namespace {

Error refuse(std::string why) { return make_error(ErrorCode::protocol, std::move(why)); }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The digits at the head of `text`, taken off it. nullopt: none, or more than kMaxAckId.
std::optional<std::uint64_t> take_number(BytesView& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || value > kMaxAckId) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

Result<void> take_attachments(BytesView& text, PacketView& packet, std::size_t max_attachments) {
  const std::optional<std::uint64_t> count = take_number(text);
  if (!count || !text.starts_with('-')) {
    return refuse("a binary packet does not say how many attachments follow");
  }
  if (*count == 0) return refuse("a binary packet has no attachments");
  if (*count > max_attachments) {
    return make_error(ErrorCode::too_large, "too many attachments: " + std::to_string(*count) +
                                                ", not more than " +
                                                std::to_string(max_attachments) + " are taken");
  }
  text.remove_prefix(1);
  packet.attachments = static_cast<std::size_t>(*count);
  return {};
}

Result<void> take_namespace(BytesView& text, PacketView& packet) {
  const std::size_t end = std::min(text.find(','), text.size());
  packet.nsp = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  const Result<void> good = check_namespace(packet.nsp);
  if (!good) return refuse(good.error().message);
  return {};
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7F'; }

}  // namespace

Result<void> check_namespace(std::string_view nsp) {
  const auto bad = [](std::string why) {
    return make_error(ErrorCode::invalid_argument, "a namespace " + why);
  };
  if (!nsp.starts_with('/')) return bad("begins with '/'");
  if (nsp.size() > limits::kNamespaceBytes) {
    return bad("has at most " + std::to_string(limits::kNamespaceBytes) + " bytes");
  }
  if (nsp.find(',') != std::string_view::npos) return bad("has no comma");
  if (std::any_of(nsp.begin(), nsp.end(), is_control)) return bad("has no control characters");
  if (!is_valid_utf8(nsp)) return bad("is UTF-8");
  return {};
}

Result<PacketView> parse_packet(BytesView text, std::size_t max_attachments) {
  if (text.empty() || text.front() < '0' || text.front() > '6') {
    return refuse("a Socket.IO packet of unknown type");
  }
  PacketView packet;
  packet.type = static_cast<PacketType>(text.front() - '0');
  text.remove_prefix(1);
  if (is_binary(packet.type)) WSB_TRY(take_attachments(text, packet, max_attachments));
  if (text.starts_with('/')) WSB_TRY(take_namespace(text, packet));
  if (!text.empty() && is_digit(text.front())) {
    packet.id = take_number(text);
    if (!packet.id) return refuse("an ack id that is too large");
  }
  packet.json = text;
  return packet;
}

void append_packet(Bytes& out, const PacketView& packet) {
  WSB_CHECK(is_binary(packet.type) == (packet.attachments > 0));
  out.push_back(static_cast<char>('0' + static_cast<int>(packet.type)));
  if (packet.attachments > 0) out.append(std::to_string(packet.attachments)).push_back('-');
  if (packet.nsp != kMainNamespace) out.append(packet.nsp).push_back(',');
  if (packet.id) out += std::to_string(*packet.id);
  out.append(packet.json);
}

}  // namespace wsb::socketio
