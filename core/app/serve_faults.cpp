#include "core/app/serve_faults.h"

#include <utility>

namespace wsb::app {

ServeFaults::~ServeFaults() { loop_.cancel(timer_); }

net::Connection& ServeFaults::opened(net::Connection& connection) {
  const std::size_t slot = connection.id().slot;
  if (slot >= clients_.size()) clients_.resize(slot + 1);
  // Seeds side by side give numbers that have nothing to do with each other.
  const std::uint64_t seed = SeededRandom(settings_.seed).next_u64() + settings_.clients++;
  session::FaultInjector injector(settings_.plan, settings_.start,
                                  std::make_unique<SeededRandom>(SeededRandom(seed).next_u64()));
  clients_[slot] = std::make_unique<session::FaultyConnection>(
      connection, loop_, std::move(injector), settings_.backlog, counts_);
  return *clients_[slot];
}

void ServeFaults::closed(net::ConnectionId id) {
  clients_[id.slot]->end();
  ended_.push_back(std::move(clients_[id.slot]));
  if (ended_.size() > 1) return;
  timer_ = loop_.schedule(loop_.now(), [this] {
    timer_ = {};
    ended_.clear();
  });
}

}  // namespace wsb::app
