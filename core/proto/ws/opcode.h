#pragma once

// What a frame carries (RFC 6455 §5.2 and §11.8).

#include <cstdint>
#include <string_view>

namespace wsb::ws {

enum class Opcode : std::uint8_t {
  continuation = 0x0,
  text = 0x1,
  binary = 0x2,
  close = 0x8,
  ping = 0x9,
  pong = 0xA,
};

// Opcodes 3-7 and B-F are reserved.
[[nodiscard]] constexpr bool is_defined(Opcode opcode) {
  return (static_cast<unsigned>(opcode) & 0x7U) <= 2;
}

[[nodiscard]] constexpr bool is_control(Opcode opcode) {
  return (static_cast<unsigned>(opcode) & 0x8U) != 0;
}

// "text", "ping"; "reserved" for the others.
[[nodiscard]] constexpr std::string_view opcode_name(Opcode opcode) {
  switch (opcode) {
    case Opcode::continuation: return "continuation";
    case Opcode::text: return "text";
    case Opcode::binary: return "binary";
    case Opcode::close: return "close";
    case Opcode::ping: return "ping";
    case Opcode::pong: return "pong";
  }
  return "reserved";
}

}  // namespace wsb::ws
