#pragma once

// What a plain WebSocket client reads: a greeting, and every text broadcast inside a small JSON
// object, so that a page can tell them apart. The same objects that Socket.IO clients get as the
// argument of the event `message`. Pure functions, any thread.

#include <cstdint>
#include <string_view>

#include "core/base/bytes.h"

namespace wsb::session {

// {"type":"welcome","message":"Connected to broadcast server!"}
[[nodiscard]] std::string_view welcome_text();

// What a server that keeps a history says of a message besides its payload.
struct Mark {
  std::uint64_t id = 0;  // 0: no history is kept, and nothing is said
  bool history = false;  // sent again, to somebody who was not there
  // Where it stands, told to Socket.IO clients behind what they get, so that they can say what they
  // saw last; 0: is not told.
  std::uint64_t offset = 0;
};

// Appends {"type":"broadcast","payload":…}: `text` as it is when it is a JSON object or array, as a
// JSON string otherwise. At most six times as long as `text`, plus the envelope. With a mark
// {"type":"broadcast","id":7,"history":true,"payload":…}.
void append_broadcast(Bytes& out, BytesView text, const Mark& mark = {});

// The same of a JSON value of whatever kind, as it is.
void append_broadcast_json(Bytes& out, BytesView json, const Mark& mark = {});

// Appends {"type":"binary","id":7}: the next message is binary, cannot say so itself, and has this
// mark.
void append_binary_note(Bytes& out, const Mark& mark);

// {"type":"gap",…}: not everything that was missed follows.
[[nodiscard]] std::string_view gap_text();

}  // namespace wsb::session
