#pragma once

// The options by which `connect`, `send` and `bench` speak Socket.IO, and what they make of a
// configuration. Main thread.

#include <string>
#include <vector>

#include "cli/command.h"
#include "core/base/result.h"
#include "core/net/connector.h"
#include "core/session/socketio_connection.h"

namespace wsb::cli {

struct SocketioArguments {
  bool on = false;
  std::string nsp;
  std::string auth;  // JSON, or @file
};

// --socketio, --namespace, --auth.
void add_client_socketio_options(std::vector<Option>& options, SocketioArguments& arguments);

// Of the namespace and what authenticates with it; reads the file. Errors: invalid_argument, also
// where the options stand without --socketio; cannot_read.
[[nodiscard]] Result<session::SocketioOptions> make_socketio_options(
    const SocketioArguments& arguments);

// The URL asks for Engine.IO over a WebSocket then, unless it does already.
void ask_for_socketio(net::ConnectConfig& config);

}  // namespace wsb::cli
