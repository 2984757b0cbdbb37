#pragma once

// The server's side of the fake network: the real ServerPool over the fake's streams.

#include <cstdint>
#include <memory>

#include "core/net/server_pool.h"
#include "tests/support/fake_link.h"

namespace wsb::net {

class FakeListener final : public Listener, private FakeGuest {
 public:
  struct Config {
    ListenConfig listen;
    std::uint16_t port = 0;
  };
  FakeListener(FakeRuntime& runtime, FakeLoop& loop, const Config& config,
               ConnectionHandler& connections, HttpHandler& http);
  ~FakeListener() override;

  [[nodiscard]] ListenerStats stats() const override { return pool_.stats(); }
  // There is no TLS here.
  [[nodiscard]] Result<void> set_identity(const ServerIdentity&) override { return {}; }
  // There are no sockets here.
  void also_accept(ListenSocket) override {}
  void stop_accepting() override;
  void adopt(MovedPeer peer) override { pool_.adopt(std::move(peer)); }

  [[nodiscard]] bool accepting() const { return accepting_; }
  [[nodiscard]] FakeLoop& loop() { return loop_; }
  void accept(std::unique_ptr<FakeStream> stream) { pool_.accept(std::move(stream)); }

 private:
  void turn_ended() override { pool_.end_of_turn(); }
  void loop_ending() override;

  FakeRuntime& runtime_;
  FakeLoop& loop_;
  const std::uint16_t port_;
  ServerPool pool_;
  bool accepting_ = true;
};

}  // namespace wsb::net
