#pragma once

// A listener on the real loop: an acceptor for each socket, and the pool of what they accepted. On
// the loop's thread.

#include <memory>
#include <vector>

#include "core/base/log.h"
#include "core/base/result.h"
#include "core/net/http.h"
#include "core/net/listener.h"
#include "core/net/lws/acceptor.h"
#include "core/net/lws/lws_loop.h"
#include "core/net/server_pool.h"
#include "core/net/tls/tls_server_context.h"

namespace wsb::net {

class LwsListener final : public Listener, private LoopGuest {
 public:
  // As Runtime::listen.
  [[nodiscard]] static Result<std::unique_ptr<LwsListener>> create(LwsLoop& loop, Log& log,
                                                                   ListenSocket socket,
                                                                   const ListenConfig& config,
                                                                   ConnectionHandler& connections,
                                                                   HttpHandler& http);
  ~LwsListener() override;
  LwsListener(const LwsListener&) = delete;
  LwsListener& operator=(const LwsListener&) = delete;

  [[nodiscard]] ListenerStats stats() const override;
  [[nodiscard]] Result<void> set_identity(const ServerIdentity& identity) override;
  void stop_accepting() override;
  void also_accept(ListenSocket socket) override;
  void adopt(MovedPeer peer) override;

 private:
  LwsListener(LwsLoop& loop, Log& log, const ListenConfig& config, ConnectionHandler& connections,
              HttpHandler& http);

  void take(int fd);
  void loop_ending() override;
  void turn_ended() override { pool_.end_of_turn(); }

  LwsLoop& loop_;
  Log& log_;
  std::shared_ptr<TlsServerContext> tls_;  // null: plain
  ServerPool pool_;
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
};

}  // namespace wsb::net
