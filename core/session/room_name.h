#pragma once

// What a room may be called: anything that people can read, in any script, and that fits a log line
// and a URL. Pure functions, any thread.

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace wsb::session {

// 1 to limits::kRoomNameBytes bytes of valid UTF-8 without control characters (U+0000 to U+001F,
// U+007F to U+009F). Names are compared byte by byte: case and composition count.
// Errors: invalid_argument, in words that a client may read.
[[nodiscard]] Result<void> check_room_name(std::string_view name);

}  // namespace wsb::session
