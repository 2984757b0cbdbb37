#pragma once

// Engine.IO v4 packets and how one travels in a WebSocket message: a digit and its data as text; a
// binary message as it is. Pure functions and value types, any thread.
// Source: the Engine.IO protocol, "Packet encoding" (socketio/engine.io-protocol, revision 4).

#include <cstdint>
#include <optional>

#include "core/base/bytes.h"

namespace wsb::engineio {

enum class PacketType : std::uint8_t {
  open = 0,
  close = 1,
  ping = 2,
  pong = 3,
  message = 4,
  upgrade = 5,
  noop = 6,
};

// Owned; what a polling payload is taken apart into.
struct Packet {
  PacketType type = PacketType::message;
  bool binary = false;  // messages only
  Bytes data;
  bool operator==(const Packet&) const = default;
};

// Borrowed.
struct PacketView {
  PacketType type = PacketType::message;
  bool binary = false;
  BytesView data;
};

[[nodiscard]] inline PacketView view_of(const Packet& packet) {
  return {packet.type, packet.binary, packet.data};
}

[[nodiscard]] constexpr char digit_of(PacketType type) {
  return static_cast<char>('0' + static_cast<int>(type));
}

// A text: of a WebSocket message, or between two separators of a polling payload. nullopt when it
// is empty or begins with anything but a digit from 0 to 6.
[[nodiscard]] std::optional<PacketView> decode_text(BytesView text);
// Of a packet that is not binary.
void append_text(Bytes& out, const PacketView& packet);

}  // namespace wsb::engineio
