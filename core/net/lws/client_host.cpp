#include "core/net/lws/client_host.h"

#include <utility>

#include "core/net/tls/tls_stream.h"

namespace wsb::net {
namespace {

// The name that the certificate has to be for.
std::string tls_name(const ConnectConfig& config) {
  if (!config.tls.server_name.empty()) return config.tls.server_name;
  return config.url.host.empty() ? "localhost" : config.url.host;
}

}  // namespace

ClientHost::ClientHost(LwsLoop& loop)
    : loop_(loop),
      resolver_(loop),
      pool_(loop, loop.ids(), random_) {
  loop_.add_guest(*this);
}

ClientHost::~ClientHost() { loop_.remove_guest(*this); }

ClientHost& ClientHost::of(LwsLoop& loop) {
  if (loop.client_host() == nullptr) loop.set_client_host(std::make_unique<ClientHost>(loop));
  return *static_cast<ClientHost*>(loop.client_host());
}

Connection& ClientHost::connect(const ConnectConfig& config, ConnectionHandler& handler) {
  std::unique_ptr<ByteStream> stream =
      std::make_unique<DialedStream>(loop_, resolver_, config);
  if (config.url.secure) {
    stream = std::make_unique<TlsStream>(loop_, tls_.get(config.tls), tls_name(config),
                                         std::move(stream));
  }
  return pool_.connect(config, handler, std::move(stream));
}

Connection& client_connect(LwsLoop& loop, const ConnectConfig& config,
                           ConnectionHandler& handler) {
  return ClientHost::of(loop).connect(config, handler);
}

}  // namespace wsb::net
