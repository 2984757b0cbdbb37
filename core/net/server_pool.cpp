#include "core/net/server_pool.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/net/server_connection.h"
#include "core/net/server_peer.h"

namespace wsb::net {
namespace {

constexpr Duration kTick = std::chrono::milliseconds(250);

}  // namespace

ServerPool::ServerPool(Loop& loop, ConnectionIds& ids, const ListenConfig& config,
                       ConnectionHandler& connections, HttpHandler& http)
    : loop_(loop),
      ids_(ids),
      config_(config),
      connections_(connections),
      http_(http),
      coarse_now_(loop.now()) {}

ServerPool::~ServerPool() { WSB_CHECK(peers_.empty()); }

Bytes& ServerPool::scratch() {
  scratch_.clear();
  return scratch_;
}

void ServerPool::accept(std::unique_ptr<ByteStream> stream) {
  ++stats_.accepted;
  add_peer(std::move(stream)).start();
}

void ServerPool::adopt(MovedPeer moved) {
  add_peer(std::move(moved.stream)).settle(moved.head, moved.behind);
}

ServerPeer& ServerPool::add_peer(std::unique_ptr<ByteStream> stream) {
  if (clock_.value == 0) {
    coarse_now_ = loop_.now();
    clock_ = loop_.schedule(coarse_now_ + kTick, [this] { tick(); });
  }
  peers_.push_back(std::make_unique<ServerPeer>(*this, std::move(stream)));
  ServerPeer& peer = *peers_.back();
  peer.pool_index = peers_.size() - 1;
  return peer;
}

ConnectionId ServerPool::add(ServerConnection& connection) {
  const ConnectionId id = ids_.take();
  if (id.slot >= open_.size()) open_.resize(id.slot + 1);
  open_[id.slot] = &connection;
  ++stats_.open;
  return id;
}

void ServerPool::remove(ServerConnection& connection) {
  open_[connection.id().slot] = nullptr;
  ids_.give_back(connection.id());
  --stats_.open;
}

ConnectionId ServerPool::add_events() {
  ++stats_.event_streams;
  return ids_.take();
}

void ServerPool::remove_events(ConnectionId id) {
  ids_.give_back(id);
  --stats_.event_streams;
}

void ServerPool::watch(ServerPeer& peer) {
  if (std::exchange(peer.watched, true)) return;
  watched_.push_back(&peer);
}

// One that is still in the list of the watched is freed after the next tick.
void ServerPool::retire(ServerPeer& peer) {
  if (!peer.watched) retired_.push_back(&peer);
}

void ServerPool::tick() {
  coarse_now_ = loop_.now();
  clock_ = {};
  ++ticks_;
  // A check may add to the list.
  std::vector<ServerPeer*> watched = std::exchange(watched_, {});
  for (ServerPeer* peer : watched) {
    peer->watched = false;
    if (peer->over()) {
      retired_.push_back(peer);
      continue;
    }
    peer->check(coarse_now_);
    if (peer->needs_watch()) watch(*peer);
  }
  if (config_.ping_interval > Duration::zero()) {
    // Spread: each connection has its turn four times an interval.
    const auto turns =
        static_cast<std::size_t>(std::max<std::int64_t>(1, config_.ping_interval / (4 * kTick)));
    for (std::size_t slot = ticks_ % turns; slot < open_.size(); slot += turns) {
      if (open_[slot] != nullptr) open_[slot]->keep_alive(coarse_now_);
    }
  }
  if (!peers_.empty()) clock_ = loop_.schedule(coarse_now_ + kTick, [this] { tick(); });
}

void ServerPool::end_of_turn() {
  for (ServerPeer* peer : std::exchange(leaving_, {})) {
    if (!peer->over()) peer->go_away();
  }
  if (!retired_.empty()) free_retired();
}

void ServerPool::free_retired() {
  for (ServerPeer* peer : std::exchange(retired_, {})) free_peer(*peer);
}

void ServerPool::free_peer(ServerPeer& peer) {
  const std::size_t index = peer.pool_index;
  WSB_CHECK(peers_[index].get() == &peer);
  if (index + 1 != peers_.size()) {
    std::swap(peers_[index], peers_.back());
    peers_[index]->pool_index = index;
  }
  peers_.pop_back();
}

void ServerPool::wind_down() {
  winding_down_ = true;
  for (const auto& peer : peers_) peer->wind_down();
}

void ServerPool::drop_all() {
  for (std::size_t i = 0; i < peers_.size(); ++i) peers_[i]->drop();
  loop_.cancel(std::exchange(clock_, {}));
  watched_.clear();
  retired_.clear();
  leaving_.clear();
  peers_.clear();
}

}  // namespace wsb::net
