#pragma once

// One message of a client's user on its way to the connection. Value type.

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/bytes.h"
#include "core/proto/ws/opcode.h"

namespace wsb::app {

struct ClientMessage {
  ws::Opcode opcode = ws::Opcode::text;  // text or binary
  // Of Socket.IO: the JSON array of an event, its name first, or of the arguments of an ack.
  Bytes payload;
  std::vector<Bytes> attachments{};        // of Socket.IO
  std::optional<std::uint64_t> answers{};  // of Socket.IO: an ack, for the event with this id
  bool operator==(const ClientMessage&) const = default;

  [[nodiscard]] std::size_t size() const {
    std::size_t bytes = payload.size();
    for (const Bytes& each : attachments) bytes += each.size();
    return bytes;
  }
};

}  // namespace wsb::app
