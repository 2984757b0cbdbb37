#include "core/net/lws/client_host.h"

#include <utility>

namespace wsb::net {

ClientHost::ClientHost(LwsLoop& loop)
    : loop_(loop),
      resolver_(loop),
      buffer_(std::make_unique<RawStream::ReadBuffer>()),
      pool_(loop, loop.ids(), random_) {
  loop_.add_guest(*this);
}

ClientHost::~ClientHost() { loop_.remove_guest(*this); }

ClientHost& ClientHost::of(LwsLoop& loop) {
  if (loop.client_host() == nullptr) loop.set_client_host(std::make_unique<ClientHost>(loop));
  return *static_cast<ClientHost*>(loop.client_host());
}

Connection& ClientHost::connect(const ConnectConfig& config, ConnectionHandler& handler) {
  auto stream = std::make_unique<RawStream>(RawStream::Shared{loop_, resolver_, *buffer_}, config);
  return pool_.connect(config, handler, std::move(stream));
}

Connection& client_connect(LwsLoop& loop, const ConnectConfig& config,
                           ConnectionHandler& handler) {
  return ClientHost::of(loop).connect(config, handler);
}

}  // namespace wsb::net
