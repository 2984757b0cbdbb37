#pragma once

// Why a connection ended, as a number (RFC 6455 §7.4 and the IANA registry). Any value from 3000 to
// 4999 is a CloseCode as well. Pure functions, any thread.

#include <cstdint>
#include <string_view>

namespace wsb::ws {

enum class CloseCode : std::uint16_t {
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  unsupported_data = 1003,
  no_status = 1005,  // never on the wire: the Close frame had no code
  abnormal = 1006,   // never on the wire: there was no Close frame
  invalid_payload = 1007,
  policy_violation = 1008,
  message_too_big = 1009,
  extension_missing = 1010,
  internal_error = 1011,
  service_restart = 1012,
  try_again_later = 1013,
  bad_gateway = 1014,
  tls_handshake = 1015,  // never on the wire
};

[[nodiscard]] constexpr std::uint16_t to_number(CloseCode code) {
  return static_cast<std::uint16_t>(code);
}

// True for a code that a Close frame may carry, in either direction: 1000 to 1003, 1007 to 1014,
// 3000 to 4999.
[[nodiscard]] constexpr bool may_be_on_the_wire(CloseCode code) {
  const std::uint16_t n = to_number(code);
  return (n >= 1000 && n <= 1003) || (n >= 1007 && n <= 1014) || (n >= 3000 && n <= 4999);
}

// For people: "normal closure", "message too big"; 3000 to 3999 "registered code", 4000 to 4999
// "private code", else "unknown code".
[[nodiscard]] std::string_view describe(CloseCode code);

}  // namespace wsb::ws
