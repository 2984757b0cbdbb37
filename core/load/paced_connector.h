#pragma once

// Makes the connections of one loop at the pace of the whole run: each has its position in the
// order of all, and its intended time from that. No more than a bounded number is under way at
// once, so that a slow server is not buried. Owned by a group, on its loop's thread.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/load/pacer.h"
#include "core/net/runtime.h"
#include "core/session/socketio_connection.h"

namespace wsb::load {

class PacedConnector {
 public:
  struct Config {
    net::ConnectConfig connect;
    Rate rate;                             // of all loops together; 0: as fast as it goes
    std::vector<std::uint32_t> positions;  // ascending
    std::size_t total = 0;                 // of all loops together
    std::size_t max_under_way = 64;
    // Set: the connections speak Socket.IO, and are handed out once they are in the namespace.
    std::shared_ptr<const session::SocketioOptions> socketio{};
  };

  // All outlive the connector; the handler must tell it of opened and ended connections.
  PacedConnector(net::Runtime& runtime, net::Loop& loop, net::ConnectionHandler& handler,
                 Config config);

  void start(TimePoint when);
  // Makes no further connection.
  void cancel();

  // The connection is open, or has failed: no longer under way.
  void settled();
  // Which of its connections that is, by the order of positions.
  [[nodiscard]] std::size_t index_of(net::ConnectionId id) const { return index_by_slot_[id.slot]; }
  // None is under way or still to come.
  [[nodiscard]] bool done() const { return next_ == config_.positions.size() && under_way_ == 0; }

 private:
  void pump();
  void connect_next();
  [[nodiscard]] net::Connection& connect();

  net::Runtime& runtime_;
  net::Loop& loop_;
  net::ConnectionHandler& handler_;
  Config config_;
  Pacer pacer_{Rate{}, TimePoint{}};
  bool started_ = false;
  std::size_t next_ = 0;
  std::size_t under_way_ = 0;
  net::TimerId timer_;
  std::vector<std::size_t> index_by_slot_;
  std::vector<std::unique_ptr<session::SocketioConnection>> speakers_;  // of Socket.IO
};

}  // namespace wsb::load
