#pragma once

// The options of `wsb serve` for Socket.IO clients.

#include <vector>

#include "cli/command.h"
#include "core/app/socketio_config.h"

namespace wsb::cli {

void add_socketio_options(std::vector<Option>& options, app::SocketioConfig& config);

}  // namespace wsb::cli
