#pragma once

// Socket.IO on one worker: the way in, the application behind it, and the plain clients beside it,
// put together. Owned by a ServeWorker, on its thread.

#include <cstddef>
#include <functional>
#include <memory>

#include "core/app/client_limits.h"
#include "core/app/engineio_door.h"
#include "core/app/serve_connections.h"
#include "core/app/socketio_clients.h"
#include "core/app/socketio_config.h"
#include "core/base/log.h"
#include "core/hub/shard.h"
#include "core/net/listener.h"

namespace wsb::app {

class ServeSocketio {
 public:
  // All outlive it.
  struct Surroundings {
    net::Loop& loop;
    hub::Shard& shard;
    AccessGate& gate;
    ClientLimits& limits;
    Log& log;
    net::ConnectionHandler& plain;
    const net::ListenConfig& listen;
    bool room_events = false;
    std::size_t worker = 0;
    std::size_t workers = 1;
    RecoveryStore* recovery = nullptr;  // see SocketioOptions
    std::function<void(const RecoveryStore::Place&, std::function<void()>)> end_elsewhere{};
  };
  // `take`: see ServeConnections.
  ServeSocketio(const SocketioConfig& config, const Surroundings& around,
                ServeConnections::Take take);

  // For the listener: of all WebSockets of the worker.
  [[nodiscard]] net::ConnectionHandler& connections() { return connections_; }
  [[nodiscard]] EngineioDoor& door() { return *door_; }
  // See SocketioClients.
  void end(net::ConnectionId id) {
    if (clients_ != nullptr) clients_->end(id);
  }

 private:
  std::unique_ptr<EngineioApp> app_;
  SocketioClients* const clients_;  // `app_`, unless that is another
  std::unique_ptr<EngineioDoor> door_;
  ServeConnections connections_;
};

}  // namespace wsb::app
