#pragma once

// The factory of everything that touches the network. `cli` builds the real one and passes it down;
// tests pass the fake. The object itself is immutable after construction: make_loop() may be called
// from any thread, listen() and connect() on the given loop's thread.

#include <memory>

#include "core/base/result.h"
#include "core/net/connection_handler.h"
#include "core/net/connector.h"
#include "core/net/http.h"
#include "core/net/listener.h"
#include "core/net/loop.h"

namespace wsb::net {

class Runtime {
 public:
  virtual ~Runtime() = default;

  // Call run() on the thread that is to own it.
  [[nodiscard]] virtual Result<std::unique_ptr<Loop>> make_loop() = 0;

  // Opens sockets for listeners: see open_listen_sockets.
  [[nodiscard]] virtual Result<std::vector<ListenSocket>> open_listen_sockets(
      const std::string& host, std::uint16_t port, int count) = 0;

  // `connections` and `http` outlive the listener, the listener ends before its loop.
  [[nodiscard]] virtual Result<std::unique_ptr<Listener>> listen(Loop& loop, ListenSocket socket,
                                                                 const ListenConfig& config,
                                                                 ConnectionHandler& connections,
                                                                 HttpHandler& http) = 0;

  // Never fails here: what goes wrong arrives as on_close, never inside this call. The handler
  // outlives the connection.
  virtual Connection& connect(Loop& loop, const ConnectConfig& config,
                              ConnectionHandler& handler) = 0;
};

}  // namespace wsb::net
