#pragma once

// What a received message looks like on a pipe: its payload, byte for byte, and one "\n". Pure;
// owned by whoever writes, one thread.

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/bytes.h"
#include "core/proto/ws/opcode.h"

namespace wsb::app {

class LineOutput {
 public:
  // Appends one message. Answers, once at most, a warning: a binary message, or one with a newline
  // in it, cannot be told from its neighbours by who reads the lines.
  [[nodiscard]] std::optional<std::string> append(Bytes& out, ws::Opcode opcode, BytesView payload);

 private:
  std::uint64_t messages_ = 0;
  bool warned_ = false;
};

}  // namespace wsb::app
