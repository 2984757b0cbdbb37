#pragma once

// One message of a client's user on its way to the connection. Value type.

#include "core/base/bytes.h"
#include "core/proto/ws/opcode.h"

namespace wsb::app {

struct ClientMessage {
  ws::Opcode opcode = ws::Opcode::text;  // text or binary
  Bytes payload;
  bool operator==(const ClientMessage&) const = default;
};

}  // namespace wsb::app
