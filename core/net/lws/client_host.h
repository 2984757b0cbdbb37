#pragma once

// The client connections of one real loop, and what they share: the resolver, the random
// source. Made by the first connect() on a loop, which then owns it; on its thread.

#include <memory>

#include "core/base/random.h"
#include "core/net/client_pool.h"
#include "core/net/lws/lws_loop.h"
#include "core/net/lws/dialed_stream.h"
#include "core/net/lws/resolver.h"
#include "core/net/tls/tls_client_context.h"

namespace wsb::net {

class ClientHost final : public LoopGuest {
 public:
  explicit ClientHost(LwsLoop& loop);
  ~ClientHost() override;

  [[nodiscard]] static ClientHost& of(LwsLoop& loop);
  Connection& connect(const ConnectConfig& config, ConnectionHandler& handler);

  void loop_ending() override { pool_.drop_all(); }
  void turn_ended() override { pool_.end_of_turn(); }

 private:
  LwsLoop& loop_;
  SystemRandom random_;
  Resolver resolver_;
  TlsClientContexts tls_;
  ClientPool pool_;
};

// As Runtime::connect.
Connection& client_connect(LwsLoop& loop, const ConnectConfig& config, ConnectionHandler& handler);

}  // namespace wsb::net
