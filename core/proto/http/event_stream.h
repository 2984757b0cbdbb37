#pragma once

// Server-Sent Events as text (WHATWG HTML §9.2): what a server writes on a response of the type
// text/event-stream. Pure functions, any thread.

#include <cstdint>
#include <string_view>

#include "core/base/bytes.h"

namespace wsb::http {

// Appends one event. `type` empty: that of a plain message. `id` 0: none; else what the client will
// say as Last-Event-ID when it comes back. Each line of `data` is a line of its own, whatever ends
// it: the client sees line feeds.
void append_event(Bytes& out, std::string_view type, BytesView data, std::uint64_t id = 0);

// Appends how long a client waits before it comes back.
void append_retry(Bytes& out, std::uint64_t milliseconds);

// A line that says nothing: it keeps whoever is on the way from giving up.
inline constexpr BytesView kEventComment = ":\n\n";

}  // namespace wsb::http
