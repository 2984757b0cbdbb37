#pragma once

// What a received message looks like on a stream: its payload, byte for byte, and one "\n"; on a
// terminal nothing in it may drive the terminal. Pure; owned by whoever writes, one thread.

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/bytes.h"
#include "core/proto/ws/opcode.h"

namespace wsb::app {

class LineOutput {
 public:
  explicit LineOutput(bool terminal) : terminal_(terminal) {}

  // Appends one message. Answers, once at most, a warning: a binary message, or one with a newline
  // in it, cannot be told from its neighbours by who reads the lines.
  [[nodiscard]] std::optional<std::string> append(Bytes& out, ws::Opcode opcode, BytesView payload);

 private:
  bool terminal_;
  std::uint64_t messages_ = 0;
  bool warned_ = false;
};

}  // namespace wsb::app
