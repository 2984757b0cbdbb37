#pragma once

// The forms in which one published message reaches its receivers. All receivers of a room that read
// the same form share one framed batch; a further kind of client is a further encoding here.
// Pure functions, any thread.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/bytes.h"
#include "core/proto/ws/opcode.h"
#include "core/session/envelope.h"
#include "core/session/said.h"

namespace wsb::session {

enum class Encoding {
  plain,     // text in an envelope, binary as it is
  raw,       // everything as it is
  socketio,  // the event `message` with the envelope, as a text of Engine.IO, and its attachments
};
inline constexpr std::size_t kEncodings = 3;

[[nodiscard]] constexpr std::size_t index_of(Encoding encoding) {
  return static_cast<std::size_t>(encoding);
}

// The messages to frame: the first, and binary ones that belong to it.
struct Encoded {
  ws::Opcode opcode = ws::Opcode::text;
  BytesView payload;
  std::span<const BytesView> attachments{};
};

// The views are of `said` or of `scratch`, which is written over and keeps its capacity. Of the
// mark nothing is said where there is no envelope. `nsp`: the namespace of Socket.IO that it goes
// to. JSON is not for Encoding::raw, which knows no envelope to put it in. `said` outlives the
// result.
[[nodiscard]] Encoded encode(Encoding encoding, const Said& said, Bytes& scratch,
                             const Mark& mark = {}, std::string_view nsp = "/");

// What stands in JSON for the first attachment.
[[nodiscard]] std::string_view placeholder();

// The event for Socket.IO clients in `nsp` whose argument is `envelope`, which has as many
// placeholders as there are attachments. `offset`: see Mark.
void append_socketio_message(Bytes& out, std::string_view nsp, BytesView envelope,
                             std::size_t attachments, std::uint64_t offset = 0);

}  // namespace wsb::session
