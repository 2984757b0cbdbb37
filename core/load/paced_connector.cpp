#include "core/load/paced_connector.h"

#include <utility>

#include "core/base/check.h"
#include "core/load/source_addresses.h"

namespace wsb::load {

PacedConnector::PacedConnector(net::Runtime& runtime, net::Loop& loop,
                               net::ConnectionHandler& handler, Config config)
    : runtime_(runtime), loop_(loop), handler_(handler), config_(std::move(config)) {}

void PacedConnector::start(TimePoint when) {
  WSB_CHECK(!started_);
  started_ = true;
  pacer_ = Pacer(config_.rate, when);
  pump();
}

void PacedConnector::cancel() {
  config_.positions.resize(next_);
  loop_.cancel(std::exchange(timer_, {}));
}

void PacedConnector::settled() {
  WSB_CHECK(under_way_ > 0);
  --under_way_;
  if (started_) pump();
}

void PacedConnector::pump() {
  const std::uint64_t due = pacer_.due(loop_.now());
  while (next_ < config_.positions.size() && under_way_ < config_.max_under_way &&
         config_.positions[next_] < due) {
    connect_next();
  }
  loop_.cancel(std::exchange(timer_, {}));
  // When too many are under way, the next one to settle pumps.
  if (next_ == config_.positions.size() || under_way_ >= config_.max_under_way) return;
  timer_ = loop_.schedule(pacer_.intended(config_.positions[next_]), [this] { pump(); });
}

void PacedConnector::connect_next() {
  config_.connect.source_address =
      source_address(config_.connect.url.host, config_.positions[next_], config_.total);
  const auto id = connect().id();
  if (id.slot >= index_by_slot_.size()) index_by_slot_.resize(id.slot + std::size_t{1});
  index_by_slot_[id.slot] = next_++;
  ++under_way_;
}

net::Connection& PacedConnector::connect() {
  if (config_.socketio == nullptr) return runtime_.connect(loop_, config_.connect, handler_);
  // Without events: each is looked through for its token, and no more.
  speakers_.push_back(std::make_unique<session::SocketioConnection>(*config_.socketio, loop_,
                                                                    handler_, nullptr));
  speakers_.back()->connect(runtime_, config_.connect);
  return *speakers_.back();
}

}  // namespace wsb::load
