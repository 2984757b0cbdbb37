#pragma once

// How much is kept for clients that join later, as the option says it. Pure, any thread.

#include <string_view>

#include "core/base/result.h"
#include "core/base/units.h"
#include "core/hub/history.h"

namespace wsb::app {

// "100" or "100,256KiB"; empty: nothing. Of bytes at most half of `max_backlog`, which is also the
// default up to 512 KiB: what is replayed to a slow client waits in its backlog. Errors:
// invalid_argument, naming the option.
[[nodiscard]] Result<hub::HistoryLimits> parse_history(std::string_view text, ByteSize max_backlog);

}  // namespace wsb::app
