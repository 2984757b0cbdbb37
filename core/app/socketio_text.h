#pragma once

// Events of Socket.IO as people type and read them, one a line:
//
//   chat {"text":"hi"} 5 word     an event and its arguments: JSON, or else a word that is a string
//   "two words" 1                 a name that is no plain word is a JSON string
//   chat#7 "sure?"                received: the server wants an ack
//   ack#7 "yes"                   typed: the ack of that event; received: the one of our event 7
//   file {"base64":"AP8="}        binary, where an argument is or contains it
//
// Pure functions, any thread.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/app/client_message.h"
#include "core/base/result.h"
#include "core/proto/socketio/server_connection.h"

namespace wsb::app {

// One argument of an event: JSON as it is, a string, or binary.
struct EventArgument {
  enum class Kind { json, string, binary };
  Kind kind = Kind::string;
  Bytes content;
  bool operator==(const EventArgument&) const = default;
};

// JSON where it is JSON, else a string. `text` is UTF-8.
[[nodiscard]] EventArgument event_argument(std::string_view text);

// Errors: ErrorCode::cannot_read (a reserved or missing name, too many arguments or attachments,
// with attachments also JSON that stands for one).
[[nodiscard]] Result<ClientMessage> make_event(std::string_view name,
                                               std::span<const EventArgument> arguments);

// A line of the form above. `binary`: arguments {"base64":…} are what they say, not an object.
// Errors: as make_event(), and for an argument that begins like JSON and is none.
[[nodiscard]] Result<ClientMessage> parse_event_line(std::string_view line, bool binary);

// Without the end of the line; whatever was received, it is one line.
void append_event_line(std::string& out, const socketio::IncomingEvent& event);
void append_ack_line(std::string& out, const socketio::IncomingAck& ack);

// What authenticates with a namespace. Errors: ErrorCode::invalid_argument for what is no JSON
// object; the message does not repeat it, since it is a secret.
[[nodiscard]] Result<Bytes> check_auth(std::string_view text);

}  // namespace wsb::app
