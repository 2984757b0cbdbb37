#pragma once

// What a plain WebSocket client reads: a greeting, and every text broadcast inside a small JSON
// object, so that a page can tell them apart. The same objects that Socket.IO clients get as the
// argument of the event `message`. Pure functions, any thread.

#include <string>
#include <string_view>

#include "core/base/bytes.h"

namespace wsb::session {

// {"type":"welcome","message":"Connected to broadcast server!"}
[[nodiscard]] std::string_view welcome_text();

// Appends {"type":"broadcast","payload":…}: `text` as it is when it is a JSON object or array, as a
// JSON string otherwise. At most six times as long as `text`, plus the envelope.
void append_broadcast(Bytes& out, BytesView text);

}  // namespace wsb::session
