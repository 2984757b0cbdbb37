#pragma once

// Which of a worker's applications a WebSocket belongs to, by the path that it asks for:
// Engine.IO's or, everywhere else, the plain clients'. Also brings connections whose session
// another worker has to that worker. Owned by a ServeWorker, on its thread.

#include <functional>
#include <vector>

#include "core/app/engineio_door.h"
#include "core/net/connection_handler.h"

namespace wsb::app {

class ServeConnections final : public net::ConnectionHandler {
 public:
  // `take`: brings a connection to the worker of that number, from this one's thread. All outlive
  // it.
  using Take = std::function<void(std::size_t worker, net::MovedPeer)>;
  ServeConnections(net::ConnectionHandler& plain, EngineioDoor& engineio, Take take)
      : plain_(plain), engineio_(engineio), take_(std::move(take)) {}

  std::function<void(net::MovedPeer)> on_route(const http::Target& target) override;
  net::HandshakeDecision on_handshake(const net::HandshakeRequest& request) override;
  void on_open(net::Connection& connection) override;
  void on_message(net::Connection& connection, const ws::Message& message) override;
  void on_pong(net::Connection& connection, BytesView payload) override;
  void on_drained(net::Connection& connection) override;
  void on_close(net::Connection& connection, const net::CloseInfo& close) override;

 private:
  [[nodiscard]] net::ConnectionHandler& owner(const net::Connection& connection) {
    return *owners_[connection.id().slot];
  }

  net::ConnectionHandler& plain_;
  EngineioDoor& engineio_;
  const Take take_;
  std::vector<net::ConnectionHandler*> owners_;  // by slot
};

}  // namespace wsb::app
