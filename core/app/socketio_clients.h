#pragma once

// The Socket.IO clients of one worker and the application that they meet: a welcome, the event
// `broadcast` that goes to everyone else as `message`, and, with --rooms, `join`, `leave` and `to`.
// What they say and what plain clients say is the same to the hub. Owned by a ServeWorker, on its
// thread.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/app/access_gate.h"
#include "core/app/engineio_door.h"
#include "core/app/recovery_store.h"
#include "core/base/log.h"
#include "core/base/random.h"
#include "core/hub/shard.h"
#include "core/proto/socketio/server_connection.h"

namespace wsb::app {

struct SocketioOptions {
  std::vector<std::string> namespaces;  // besides "/"; one that ends in '*' is a prefix
  bool rooms = false;                   // the events join, leave and to
  socketio::ServerConnectionOptions connection;
  // Where clients are found that come back; messages are ordered then. nullptr: there are none.
  RecoveryStore* recovery = nullptr;
  std::size_t worker = 0;  // this one
  // Ends a session of another worker, and then calls back on this one's thread.
  std::function<void(const RecoveryStore::Place&, std::function<void()> then)> end_elsewhere{};
};

class SocketioClients final : public EngineioApp {
 public:
  // `gate` nullptr: everybody may all. All outlive it.
  SocketioClients(SocketioOptions options, net::Loop& loop, hub::Shard& shard, AccessGate* gate,
                  Log& log);
  ~SocketioClients() override;
  SocketioClients(const SocketioClients&) = delete;
  SocketioClients& operator=(const SocketioClients&) = delete;

  void on_session(session::EngineioPeer& peer, EngineioVisitor visitor) override;
  void on_message(session::EngineioPeer& peer, bool binary, BytesView data) override;
  void on_closed(session::EngineioPeer& peer, engineio::CloseReason reason) override;
  void count(SocketioCounters& counters) const override;

  // The session, if it is there still: another one speaks for its client.
  void end(net::ConnectionId id);

  // Sockets in all namespaces.
  [[nodiscard]] std::size_t connected() const { return connected_; }

 private:
  class Client;
  struct Socket;  // a client in one namespace
  struct Return;

  [[nodiscard]] Client* find(net::ConnectionId id);
  [[nodiscard]] bool has_namespace(std::string_view nsp) const;
  void hint_at_rooms(std::string_view event);
  void end_elsewhere(const RecoveryStore::Place& place, std::function<void()> then);

  const SocketioOptions options_;
  net::Loop& loop_;
  hub::Shard& shard_;
  AccessGate* const gate_;
  Log& log_;
  SystemRandom random_;
  std::vector<std::unique_ptr<Client>> clients_;  // by slot
  std::vector<std::unique_ptr<Client>> gone_;     // to be freed
  net::TimerId freeing_{};
  std::size_t connected_ = 0;
  SocketioCounters counters_;  // of these the causes of refusals
  TimePoint next_hint_{};
};

}  // namespace wsb::app
