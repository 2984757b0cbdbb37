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
  bool events = false;  // of Socket.IO, a line each
};

// "text", "@file" (the whole file is one message), "@-" (all of standard input is one message),
// "-" (each of its lines), "@@text" for a literal "@text". Errors: ErrorCode::cannot_read for a
// file that cannot be read or text that is not UTF-8, ErrorCode::invalid_argument for standard
// input used twice.
[[nodiscard]] Result<ClientInput> read_arguments(std::span<const std::string> arguments,
                                                 ws::Opcode opcode);

// Of Socket.IO: the name of an event and its arguments, each JSON or else a string; "@file" for the
// content of a file and "@-" for all of standard input, which is read here, as an argument of the
// same kind, or of the binary kind where `opcode` says so; "@@text" for a literal "@text". One
// argument alone is a whole line, as in socketio_text.h, or "-": each line of standard input.
// Errors: as read_arguments(), and ErrorCode::invalid_argument for what is no event.
[[nodiscard]] Result<ClientInput> read_event_arguments(std::span<const std::string> arguments,
                                                       ws::Opcode opcode);

}  // namespace wsb::app
