#pragma once

// All client connections of one loop: makes them, sends at the end of a turn what they gathered
// during it, and frees them once they have ended. Owned by the loop, on its thread; knows nothing
// of sockets: whoever connects brings the ByteStream.

#include <cstddef>
#include <memory>
#include <vector>

#include "core/base/random.h"
#include "core/net/byte_stream.h"
#include "core/net/connection_handler.h"
#include "core/net/connection_ids.h"
#include "core/net/connector.h"
#include "core/net/loop.h"

namespace wsb::net {

class ClientConnection;

class ClientPool {
 public:
  // All three outlive the pool.
  ClientPool(Loop& loop, ConnectionIds& ids, RandomSource& random);
  ~ClientPool();
  ClientPool(const ClientPool&) = delete;
  ClientPool& operator=(const ClientPool&) = delete;

  // As Runtime::connect, over `stream`, which is started in a later turn.
  Connection& connect(const ConnectConfig& config, ConnectionHandler& handler,
                      std::unique_ptr<ByteStream> stream);

  // The loop calls it after every turn, before it waits: one write a connection for everything that
  // was sent in the turn; then those that ended are freed.
  void end_of_turn();
  // The loop ends: every connection is dropped, each with its on_close, and freed.
  void drop_all();

  [[nodiscard]] std::size_t size() const { return connections_.size(); }

  // For the connections.
  [[nodiscard]] Loop& loop() { return loop_; }
  [[nodiscard]] RandomSource& random() { return random_; }
  void request_flush(ClientConnection& connection);
  void retire(ClientConnection& connection);

 private:
  void free_retired();

  Loop& loop_;
  ConnectionIds& ids_;
  RandomSource& random_;
  std::vector<std::unique_ptr<ClientConnection>> connections_;
  std::vector<ClientConnection*> unflushed_;
  std::vector<ClientConnection*> retired_;
};

}  // namespace wsb::net
