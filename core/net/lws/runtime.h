#pragma once

// The factory of the real network, the only header of this folder that the command line sees.

#include <memory>
#include <string>

#include "core/base/log.h"
#include "core/net/runtime.h"

namespace wsb::net {

// `log` outlives the runtime; the runtime outlives the loops it makes. One a process: libwebsockets
// has one log.
[[nodiscard]] std::unique_ptr<Runtime> make_lws_runtime(Log& log);

// For `--version`: the libraries as they are loaded, and the event loop.
[[nodiscard]] std::string library_versions();

}  // namespace wsb::net
