#pragma once

// What the arguments of `send` say: literal messages, files, standard input at one place among
// them. Files are read here, before anything is connected. Main thread.

#include <span>
#include <string>
#include <vector>

#include "core/app/client_message.h"
#include "core/base/result.h"

namespace wsb::app {

// Where a client's messages come from, in this order.
struct ClientInput {
  enum class Stream { none, lines, whole };

  std::vector<ClientMessage> before;
  Stream stream = Stream::none;  // standard input, a message a line or as one message
  std::vector<ClientMessage> after;
  ws::Opcode opcode = ws::Opcode::text;
};

// "text", "@file" (the whole file is one message), "@-" (all of standard input is one message),
// "-" (each of its lines), "@@text" for a literal "@text". Errors: ErrorCode::cannot_read for a
// file that cannot be read or text that is not UTF-8, ErrorCode::invalid_argument for standard
// input used twice.
[[nodiscard]] Result<ClientInput> read_arguments(std::span<const std::string> arguments,
                                                 ws::Opcode opcode);

}  // namespace wsb::app
