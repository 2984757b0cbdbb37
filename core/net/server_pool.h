#pragma once

// All that one listener has accepted: makes the peers, keeps the clock of their slow checks, frees
// them once they have ended. Knows nothing of sockets: whoever accepts brings the ByteStream. Owned
// by the listener, on its loop's thread.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/bytes.h"
#include "core/net/batch.h"
#include "core/net/byte_stream.h"
#include "core/net/connection_handler.h"
#include "core/net/connection_ids.h"
#include "core/net/http.h"
#include "core/net/listener.h"
#include "core/net/loop.h"

namespace wsb::net {

class ServerConnection;
class ServerPeer;

class ServerPool {
 public:
  // All but the configuration outlive the pool.
  ServerPool(Loop& loop, ConnectionIds& ids, const ListenConfig& config,
             ConnectionHandler& connections, HttpHandler& http);
  ~ServerPool();
  ServerPool(const ServerPool&) = delete;
  ServerPool& operator=(const ServerPool&) = delete;

  // A stream that is connected, not started.
  void accept(std::unique_ptr<ByteStream> stream);
  // One that has left its loop.
  void adopt(MovedPeer moved);
  // The loop calls it after every turn, before it waits.
  void end_of_turn();
  // Peers without a request under way end now, the others after their answer.
  void wind_down();
  // Every peer is dropped, each connection with its on_close; the handlers are not called after it.
  void drop_all();
  [[nodiscard]] const ListenerStats& stats() const { return stats_; }

  // For the peers.
  [[nodiscard]] Loop& loop() { return loop_; }
  [[nodiscard]] const ListenConfig& config() const { return config_; }
  [[nodiscard]] ConnectionHandler& connections() { return connections_; }
  [[nodiscard]] HttpHandler& http() { return http_; }
  [[nodiscard]] ListenerStats& counters() { return stats_; }
  [[nodiscard]] bool winding_down() const { return winding_down_; }
  // Time to a quarter of a second; for what is noted with every read.
  [[nodiscard]] TimePoint coarse_now() const { return coarse_now_; }
  // To frame single messages with; scratch() comes empty.
  [[nodiscard]] BatchBuilder& builder() { return builder_; }
  [[nodiscard]] Bytes& scratch();
  [[nodiscard]] ConnectionId add(ServerConnection& connection);
  void remove(ServerConnection& connection);
  [[nodiscard]] ConnectionId add_events();
  void remove_events(ConnectionId id);
  // Its check() is called with every tick while it needs_watch().
  void watch(ServerPeer& peer);
  void retire(ServerPeer& peer);
  // Its go_away() is called at the end of the turn, unless it is over by then.
  void move_away(ServerPeer& peer) { leaving_.push_back(&peer); }

 private:
  [[nodiscard]] ServerPeer& add_peer(std::unique_ptr<ByteStream> stream);
  void tick();
  void free_retired();
  void free_peer(ServerPeer& peer);

  Loop& loop_;
  ConnectionIds& ids_;
  const ListenConfig config_;
  ConnectionHandler& connections_;
  HttpHandler& http_;
  ListenerStats stats_;
  BatchBuilder builder_;
  Bytes scratch_;
  std::vector<std::unique_ptr<ServerPeer>> peers_;
  std::vector<ServerConnection*> open_;  // by slot; null: none
  std::vector<ServerPeer*> watched_;
  std::vector<ServerPeer*> retired_;
  std::vector<ServerPeer*> leaving_;
  TimePoint coarse_now_{};
  TimerId clock_{};
  std::uint64_t ticks_ = 0;
  bool winding_down_ = false;
};

}  // namespace wsb::net
