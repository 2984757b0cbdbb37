#pragma once

// A listener on the real loop: an acceptor, and a virtual host of libwebsockets that the accepted
// sockets join. On the loop's thread.

#include <memory>

#include "core/base/log.h"
#include "core/base/result.h"
#include "core/net/http.h"
#include "core/net/listener.h"
#include "core/net/lws/acceptor.h"
#include "core/net/lws/lws_loop.h"
#include "core/net/lws/server_site.h"

namespace wsb::net {

class LwsListener final : public Listener {
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
  void stop_accepting() override { acceptor_.drain_and_stop(); }

 private:
  LwsListener(LwsLoop& loop, Log& log, ListenSocket socket, std::shared_ptr<ServerSite> site);

  std::shared_ptr<ServerSite> site_;  // the virtual host has a share
  Acceptor acceptor_;
};

}  // namespace wsb::net
