#pragma once

// The text of a Socket.IO v5 packet, as it follows the type of an Engine.IO message:
//
//   <type>[<number of attachments>-][<namespace>,][<ack id>][JSON]
//
// Here it is taken apart and put together; what the JSON must be is Decoder's affair. Value type
// and pure functions, any thread.
// Source: the Socket.IO protocol, revision 5, and socket.io-parser 4.2.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/limits.h"
#include "core/base/result.h"

namespace wsb::socketio {

enum class PacketType : std::uint8_t {
  connect = 0,
  disconnect = 1,
  event = 2,
  ack = 3,
  connect_error = 4,
  binary_event = 5,
  binary_ack = 6,
};

inline constexpr std::string_view kMainNamespace = "/";
// The largest integer that every JavaScript peer can count to.
inline constexpr std::uint64_t kMaxAckId = (std::uint64_t{1} << 53U) - 1;

struct PacketView {
  PacketType type = PacketType::event;
  std::size_t attachments = 0;  // of the two binary types, at least 1
  std::string_view nsp = kMainNamespace;
  std::optional<std::uint64_t> id{};
  BytesView json{};  // empty: none
  bool operator==(const PacketView&) const = default;
};

[[nodiscard]] constexpr bool is_binary(PacketType type) {
  return type == PacketType::binary_event || type == PacketType::binary_ack;
}

// Errors: protocol (bad form: an unknown type, no or a zero number of attachments in a binary
// packet, a bad namespace, an ack id that is too large), too_large (more attachments than
// `max_attachments`).
[[nodiscard]] Result<PacketView> parse_packet(BytesView text,
                                              std::size_t max_attachments = limits::kAttachments);
void append_packet(Bytes& out, const PacketView& packet);

// "/" and names that begin with it, without a comma or control, within limits::kNamespaceBytes.
// Errors: invalid_argument.
[[nodiscard]] Result<void> check_namespace(std::string_view nsp);

}  // namespace wsb::socketio
