// What a plain client of a server with rooms says.
// Holds: only objects are commands; a room has a good name; a payload that is no string is JSON as
// it stood in the text; what is refused has words.

#include "core/base/check.h"
#include "core/session/room_commands.h"
#include "core/session/room_name.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wsb;
  const BytesView text = fuzz::FuzzInput(data, size).rest();
  const Result<session::RoomCommand> command = session::parse_room_command(text);
  if (!command) {
    WSB_CHECK(command.error().message.starts_with("cannot "));
    return 0;
  }
  if (const auto* join = std::get_if<session::JoinCommand>(&*command)) {
    WSB_CHECK(session::check_room_name(join->room));
  } else if (const auto* publish = std::get_if<session::PublishCommand>(&*command)) {
    WSB_CHECK(session::check_room_name(publish->room));
    const bool container = publish->payload.starts_with('{') || publish->payload.starts_with('[');
    WSB_CHECK(container || publish->payload.size() <= text.size());
  }
  return 0;
}
