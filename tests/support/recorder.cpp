#include "tests/support/recorder.h"

#include <catch2/catch.hpp>

namespace wsb::net {

HandshakeDecision Recorder::on_handshake(const HandshakeRequest& request) {
  return judge ? judge(request) : HandshakeDecision{};
}

Peer& Recorder::find(Connection& connection) {
  for (const auto& peer : peers_) {
    if (peer->connection == &connection) return *peer;
  }
  peers_.push_back(std::make_unique<Peer>());
  peers_.back()->connection = &connection;
  peers_.back()->id = connection.id();
  return *peers_.back();
}

std::size_t Recorder::open_count() const {
  std::size_t count = 0;
  for (const auto& peer : peers_) count += peer->opened && peer->closes.empty() ? 1U : 0U;
  return count;
}

void Recorder::on_open(Connection& connection) {
  Peer& peer = find(connection);
  CHECK_FALSE(peer.opened);
  peer.opened = true;
  if (when_open) when_open(connection);
}

void Recorder::on_message(Connection& connection, const ws::Message& message) {
  Peer& peer = find(connection);
  CHECK(peer.opened);
  peer.messages.emplace_back(message.opcode, Bytes(message.payload));
  peer.compressed_messages += message.compressed ? 1 : 0;
  if (when_message) when_message(connection, message);
}

void Recorder::on_pong(Connection& connection, BytesView payload) {
  find(connection).pongs.emplace_back(payload);
}

void Recorder::on_close(Connection& connection, const CloseInfo& close) {
  Peer& peer = find(connection);
  CHECK(peer.closes.empty());
  peer.closes.push_back(close);
  peer.info = connection.info();
  peer.connection = nullptr;
}

}  // namespace wsb::net
