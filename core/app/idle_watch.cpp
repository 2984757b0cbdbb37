#include "core/app/idle_watch.h"

#include <algorithm>
#include <utility>

namespace wsb::app {

IdleWatch::IdleWatch(net::Loop& loop, Duration timeout, std::function<void(net::Connection&)> idle)
    : loop_(loop), timeout_(timeout), idle_(std::move(idle)) {}

IdleWatch::~IdleWatch() { loop_.cancel(timer_); }

void IdleWatch::opened(net::Connection& connection) {
  const std::size_t slot = connection.id().slot;
  if (slot >= clients_.size()) clients_.resize(slot + 1);
  clients_[slot] = {&connection, 0, loop_.now()};
  if (++open_ > 1) return;
  loop_.cancel(timer_);
  timer_ = loop_.schedule(loop_.now() + std::min(timeout_ / 4, kLookInterval), [this] { look(); });
}

void IdleWatch::closed(net::ConnectionId id) {
  clients_[id.slot] = {};
  --open_;
}

void IdleWatch::look() {
  timer_ = {};
  if (open_ == 0) return;
  const TimePoint now = loop_.now();
  timer_ = loop_.schedule(now + std::min(timeout_ / 4, kLookInterval), [this] { look(); });
  // Whoever is told of one may end it.
  for (std::size_t slot = 0; slot < clients_.size(); ++slot) {
    Client& client = clients_[slot];
    if (client.connection == nullptr) continue;
    const net::ConnectionStats stats = client.connection->stats();
    const std::uint64_t messages = stats.messages_in + stats.messages_out;
    // What a slow reader has not taken yet is under way.
    const bool quiet = messages == client.messages && stats.backlog_bytes == 0;
    if (quiet && now - client.since < timeout_) continue;
    client.messages = messages;
    client.since = now;
    if (quiet) idle_(*std::exchange(client.connection, nullptr));
  }
}

}  // namespace wsb::app
