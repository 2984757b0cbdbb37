#pragma once

// How the peer broke the protocol, and with which code the connection is failed (RFC 6455 §7.1.7):
// 1002, 1007 or 1009. Value type.

#include <string>

#include "core/proto/ws/close_code.h"

namespace wsb::ws {

struct ProtocolError {
  CloseCode code = CloseCode::protocol_error;
  std::string text;  // lower case, fits into the reason of a Close frame
  bool operator==(const ProtocolError&) const = default;
};

}  // namespace wsb::ws
