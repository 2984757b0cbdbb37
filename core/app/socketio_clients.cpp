#include "core/app/socketio_clients.h"

#include <algorithm>
#include <utility>

#include "core/app/socketio_client.h"

namespace wsb::app {

using session::EngineioPeer;

namespace {

constexpr Duration kHintInterval = std::chrono::minutes(1);

}  // namespace

SocketioClients::SocketioClients(SocketioOptions options, net::Loop& loop, hub::Shard& shard,
                                 AccessGate* gate, Log& log)
    : options_(std::move(options)), loop_(loop), shard_(shard), gate_(gate), log_(log) {}

SocketioClients::~SocketioClients() { loop_.cancel(freeing_); }

bool SocketioClients::has_namespace(std::string_view nsp) const {
  if (nsp == socketio::kMainNamespace) return true;
  return std::any_of(options_.namespaces.begin(), options_.namespaces.end(),
                     [&](const std::string& name) {
                       if (!name.ends_with('*')) return nsp == name;
                       return nsp.starts_with(std::string_view(name).substr(0, name.size() - 1));
                     });
}

SocketioClients::Client* SocketioClients::find(net::ConnectionId id) {
  if (id.slot >= clients_.size()) return nullptr;
  const auto& client = clients_[id.slot];
  return client != nullptr && client->id() == id ? client.get() : nullptr;
}

void SocketioClients::count(SocketioCounters& counters) const {
  counters += counters_;
  counters.sockets += connected_;
  // They are all workers'.
  if (options_.recovery != nullptr && options_.worker == 0) {
    const RecoveryCounters recovery = options_.recovery->counters(loop_.now());
    counters.recoverable = recovery.waiting;
    counters.recovery_expired = recovery.expired;
    counters.recovery_forgotten = recovery.forgotten;
  }
}

// One line for all that wonder, from time to time.
void SocketioClients::hint_at_rooms(std::string_view event) {
  const TimePoint now = loop_.now();
  if (now < next_hint_) return;
  next_hint_ = now + kHintInterval;
  log_.write(LogLevel::info, "a client emits '" + std::string(event) +
                                 "', which does nothing here: rooms need --rooms");
}

// `then` may come at once.
void SocketioClients::end_elsewhere(const RecoveryStore::Place& place, std::function<void()> then) {
  if (place.worker != options_.worker) {
    return options_.end_elsewhere(place, std::move(then));
  }
  end(place.id);
  then();
}

void SocketioClients::end(net::ConnectionId id) {
  Client* client = find(id);
  if (client != nullptr) client->give_way();
}

void SocketioClients::on_session(EngineioPeer& peer, EngineioVisitor visitor) {
  const std::size_t slot = peer.id().slot;
  if (slot >= clients_.size()) clients_.resize(slot + 1);
  clients_[slot] = std::make_unique<Client>(*this, peer, std::move(visitor));
}

void SocketioClients::on_message(EngineioPeer& peer, bool binary, BytesView data) {
  Client* client = find(peer.id());
  if (client != nullptr) client->receive(binary, data);
}

// Perhaps in the middle of a call of it.
void SocketioClients::on_closed(EngineioPeer& peer, engineio::CloseReason reason) {
  Client* client = find(peer.id());
  if (client == nullptr) return;
  client->closed(reason);
  gone_.push_back(std::move(clients_[peer.id().slot]));
  if (freeing_.value != 0) return;
  freeing_ = loop_.schedule(loop_.now(), [this] {
    freeing_ = {};
    gone_.clear();
  });
}

}  // namespace wsb::app
