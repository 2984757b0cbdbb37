#include "core/net/client_pool.h"

#include <utility>

#include "core/base/check.h"
#include "core/net/client_connection.h"

namespace wsb::net {

ClientPool::ClientPool(Loop& loop, ConnectionIds& ids, RandomSource& random)
    : loop_(loop), ids_(ids), random_(random) {}

ClientPool::~ClientPool() = default;

Connection& ClientPool::connect(const ConnectConfig& config, ConnectionHandler& handler,
                                std::unique_ptr<ByteStream> stream) {
  connections_.push_back(std::make_unique<ClientConnection>(*this, ids_.take(), config, handler,
                                                            std::move(stream)));
  ClientConnection& connection = *connections_.back();
  connection.set_pool_index(connections_.size() - 1);
  return connection;
}

void ClientPool::request_flush(ClientConnection& connection) { unflushed_.push_back(&connection); }

void ClientPool::retire(ClientConnection& connection) { retired_.push_back(&connection); }

void ClientPool::end_of_turn() {
  // A flush calls no handler, so it neither asks for another one nor retires anything.
  for (ClientConnection* connection : unflushed_) connection->end_of_turn();
  unflushed_.clear();
  free_retired();
}

void ClientPool::drop_all() {
  unflushed_.clear();
  // Backwards: a handler may open another connection from its on_close, which is then dropped too.
  while (!connections_.empty()) {
    connections_.back()->drop();
    free_retired();
  }
  unflushed_.clear();
}

void ClientPool::free_retired() {
  for (ClientConnection* connection : retired_) {
    const std::size_t index = connection->pool_index();
    WSB_CHECK(connections_[index].get() == connection);
    ids_.give_back(connection->id());
    if (index + 1 != connections_.size()) {
      connections_[index] = std::move(connections_.back());
      connections_[index]->set_pool_index(index);
    }
    connections_.pop_back();
  }
  retired_.clear();
}

}  // namespace wsb::net
