#pragma once

// A connection handler that writes down what happens to each of its connections, and checks the
// order in which it may happen. For tests; on the loop's thread.

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "core/net/connection_handler.h"

namespace wsb::net {

// One side of one connection, as its handler saw it.
struct Peer {
  Connection* connection = nullptr;  // null after on_close
  ConnectionId id;
  bool opened = false;
  std::vector<std::pair<ws::Opcode, Bytes>> messages;
  int compressed_messages = 0;
  std::vector<Bytes> pongs;
  std::vector<CloseInfo> closes;
  ConnectionInfo info;  // as it was at on_close
};

// Records everything; a server's or a client's.
class Recorder final : public ConnectionHandler {
 public:
  HandshakeDecision on_handshake(const HandshakeRequest& request) override;
  void on_open(Connection& connection) override;
  void on_message(Connection& connection, const ws::Message& message) override;
  void on_pong(Connection& connection, BytesView payload) override;
  void on_close(Connection& connection, const CloseInfo& close) override;

  // In the order of their opening, or of their first event.
  [[nodiscard]] Peer& peer(std::size_t index) { return *peers_.at(index); }
  [[nodiscard]] std::size_t count() const { return peers_.size(); }
  [[nodiscard]] std::size_t open_count() const;

  std::function<HandshakeDecision(const HandshakeRequest&)> judge;  // unset: accepts
  std::function<void(Connection&)> when_open;
  std::function<void(Connection&, const ws::Message&)> when_message;

 private:
  Peer& find(Connection& connection);
  std::vector<std::unique_ptr<Peer>> peers_;
};

}  // namespace wsb::net
