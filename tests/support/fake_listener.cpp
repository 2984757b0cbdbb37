#include <algorithm>
#include <utility>

#include "tests/support/fake_net.h"
#include "tests/support/fake_server.h"

namespace wsb::net {

FakeListener::FakeListener(FakeRuntime& runtime, FakeLoop& loop, Config config,
                           ConnectionHandler& connections, HttpHandler& http)
    : runtime_(runtime),
      loop_(loop),
      config_(std::move(config)),
      handler_(connections),
      http_(http) {
  loop_.add_guest(*this);
  runtime_.add_listener(config_.port, *this);
}

FakeListener::~FakeListener() {
  loop_ending();
  loop_.remove_guest(*this);
  runtime_.remove_listener(config_.port, *this);
}

void FakeListener::accept(std::unique_ptr<FakeStream> stream) {
  ++stats_.accepted;
  connections_.push_back(std::make_unique<FakeServerConnection>(*this, std::move(stream)));
}

void FakeListener::turn_ended() {
  std::vector<FakeServerConnection*> unflushed;
  unflushed.swap(unflushed_);
  bool any_ended = false;
  for (FakeServerConnection* connection : unflushed) {
    connection->turn_ended();
    any_ended |= connection->ended();
  }
  if (!any_ended) return;
  std::erase_if(unflushed_, [](const auto* one) { return one->ended(); });
  std::erase_if(connections_, [](const auto& one) { return one->ended(); });
}

void FakeListener::loop_ending() {
  accepting_ = false;
  unflushed_.clear();
  for (const auto& connection : connections_) connection->drop();
  unflushed_.clear();
  connections_.clear();
}

}  // namespace wsb::net
