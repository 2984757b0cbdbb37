#pragma once

// What plain clients of a server with rooms may say besides their messages, as JSON texts, and what
// they hear in answer. Any other text is an ordinary message. Pure functions, any thread.
//
//   {"type":"join","room":"a"}                    {"type":"joined","room":"a"}
//   {"type":"join","room":"a","since":7}          the same; of the history what follows a message
//   {"type":"leave","room":"a"}                   {"type":"left","room":"a"}
//   {"type":"publish","room":"a","payload":…}     nothing, or {"type":"error","message":"…"}

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace wsb::session {

struct JoinCommand {
  std::string room;
  std::optional<std::uint64_t> since{};
};

struct LeaveCommand {
  std::string room;
};

struct PublishCommand {
  std::string room;
  Bytes payload;  // of a string its text; of anything else the JSON as it was written
};

struct NoCommand {};

using RoomCommand = std::variant<NoCommand, JoinCommand, LeaveCommand, PublishCommand>;

// Further members are ignored; of two with one name the last counts. Errors: invalid_argument, in
// words for the client: a command without a room or payload, with a bad room name, or with a
// "since" that is no id.
[[nodiscard]] Result<RoomCommand> parse_room_command(BytesView text);

void append_joined(Bytes& out, std::string_view room);
void append_left(Bytes& out, std::string_view room);
void append_room_error(Bytes& out, std::string_view message);

}  // namespace wsb::session
