#pragma once

// `connect` and `send` as a function: connects, lets the front talk, and says how it went. Main
// thread; the network runs on a thread of its own that has ended on return.

#include "core/app/client_config.h"
#include "core/app/client_front.h"
#include "core/net/runtime.h"

namespace wsb::app {

// Errors: a configuration that does not go together, a network that cannot be set up. Whatever
// happens to the connection is in the outcome.
[[nodiscard]] Result<ClientOutcome> run_client(const ClientConfig& config, net::Runtime& runtime,
                                               ClientFront& front);

}  // namespace wsb::app
