#include "core/app/serve_connections.h"

#include <utility>

namespace wsb::app {

std::function<void(net::MovedPeer)> ServeConnections::on_route(const http::Target& target) {
  const auto home = engineio_.home_of(target);
  if (!home) return {};
  return [this, worker = *home](net::MovedPeer moved) { take_(worker, std::move(moved)); };
}

net::HandshakeDecision ServeConnections::on_handshake(const net::HandshakeRequest& request) {
  if (engineio_.is_for(request.path)) return engineio_.on_handshake(request);
  return plain_.on_handshake(request);
}

void ServeConnections::on_open(net::Connection& connection) {
  const std::size_t slot = connection.id().slot;
  if (slot >= owners_.size()) owners_.resize(slot + 1);
  const std::string_view target = connection.info().target;
  const bool engineio = engineio_.is_for(target.substr(0, target.find('?')));
  owners_[slot] = engineio ? &engineio_ : &plain_;
  owner(connection).on_open(connection);
}

void ServeConnections::on_message(net::Connection& connection, const ws::Message& message) {
  owner(connection).on_message(connection, message);
}

void ServeConnections::on_pong(net::Connection& connection, BytesView payload) {
  owner(connection).on_pong(connection, payload);
}

void ServeConnections::on_drained(net::Connection& connection) {
  owner(connection).on_drained(connection);
}

void ServeConnections::on_close(net::Connection& connection, const net::CloseInfo& close) {
  owner(connection).on_close(connection, close);
}

}  // namespace wsb::app
