#include "core/app/rate_keeper.h"

#include <algorithm>
#include <cmath>

namespace wsb::app {

namespace {

// Who sends fast is read from in bursts of this length rather than message by message.
constexpr Duration kRefillTime = std::chrono::milliseconds(20);

double refill_of(const RateLimit& limit) {
  const double tokens =
      std::floor(limit.rate.per_second * std::chrono::duration<double>(kRefillTime).count());
  return std::clamp(tokens, 1.0, limit.burst);
}

}  // namespace

RateKeeper::RateKeeper(net::Loop& loop, ReadingHolds& holds, const RateLimit& limit)
    : loop_(loop), holds_(holds), limit_(limit), refill_(refill_of(limit)) {}

RateKeeper::~RateKeeper() {
  for (const auto& client : clients_) {
    if (client != nullptr) loop_.cancel(client->timer);
  }
}

void RateKeeper::opened(net::Connection& connection) {
  const std::size_t slot = connection.id().slot;
  if (slot >= clients_.size()) clients_.resize(slot + 1);
  clients_[slot] =
      std::make_unique<Client>(Client{connection, TokenBucket(limit_, loop_.now())});
}

void RateKeeper::spoken(net::Connection& connection) {
  Client& client = *clients_[connection.id().slot];
  if (client.unpaid == 0 && client.bucket.allow(loop_.now())) return;
  if (++client.unpaid > 1) return;
  ++pauses_;
  holds_.hold(connection, ReadingHolds::Reason::rate);
  hold(client);
}

void RateKeeper::hold(Client& client) {
  const TimePoint now = loop_.now();
  client.timer = loop_.schedule(now + client.bucket.wait(now, refill_), [this, &client] {
    client.timer = {};
    while (client.unpaid > 0 && client.bucket.allow(loop_.now())) --client.unpaid;
    if (client.unpaid > 0) return hold(client);
    holds_.release(client.connection, ReadingHolds::Reason::rate);
  });
}

void RateKeeper::closed(net::ConnectionId id) {
  loop_.cancel(clients_[id.slot]->timer);
  clients_[id.slot].reset();
}

}  // namespace wsb::app
