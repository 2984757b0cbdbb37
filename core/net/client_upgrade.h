#pragma once

// From what a user asked for to the upgrade request of RFC 6455 §4.1. Pure function, any thread.

#include "core/base/result.h"
#include "core/net/connector.h"
#include "core/proto/ws/client_handshake.h"

namespace wsb::net {

// A user and password in the URL become an Authorization header (RFC 7617), unless the user set
// one. Errors: invalid_argument, for what HTTP cannot carry.
[[nodiscard]] Result<ws::ClientHandshakeOptions> upgrade_options(const ConnectConfig& config);

}  // namespace wsb::net
