#include "core/net/lws/lws_listener.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <utility>

#include "core/net/lws/socket_address.h"
#include "core/net/lws/socket_stream.h"
#include "core/net/proxy_stream.h"
#include "core/net/tls/tls_stream.h"

namespace wsb::net {
namespace {

bool is_trusted(int fd, const TrustedProxies& proxies) {
  const SocketAddress remote = SocketAddress::remote_of(fd);
  return proxies.contain(remote.family() == AF_UNIX ? kUnixRemote : remote.text());
}

}  // namespace

Result<std::unique_ptr<LwsListener>> LwsListener::create(LwsLoop& loop, Log& log,
                                                         ListenSocket socket,
                                                         const ListenConfig& config,
                                                         ConnectionHandler& connections,
                                                         HttpHandler& http) {
  if (loop.ending()) return make_error(ErrorCode::internal, "the event loop has ended");
  std::unique_ptr<LwsListener> listener(
      new LwsListener(loop, log, config, connections, http));
  if (config.tls) WSB_TRY(listener->set_identity(*config.tls));
  listener->also_accept(std::move(socket));
  return listener;
}

LwsListener::LwsListener(LwsLoop& loop, Log& log, const ListenConfig& config,
                         ConnectionHandler& connections, HttpHandler& http)
    : loop_(loop), log_(log), pool_(loop, loop.ids(), config, connections, http) {
  loop_.add_guest(*this);
}

LwsListener::~LwsListener() {
  loop_ending();
  loop_.remove_guest(*this);
}

// The streams that are there hold on to the context that they were made with.
Result<void> LwsListener::set_identity(const ServerIdentity& identity) {
  auto context = TlsServerContext::create(identity);
  if (!context) return std::move(context).error();
  tls_ = *std::move(context);
  return {};
}

void LwsListener::also_accept(ListenSocket socket) {
  acceptors_.push_back(std::make_unique<Acceptor>(loop_, log_, std::move(socket),
                                                  [this](int fd) { take(fd); }));
  acceptors_.back()->start();
}

void LwsListener::take(int fd) {
  const int on = 1;  // a unix socket has no such option, and no need of it
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const ListenConfig& config = pool_.config();
  std::unique_ptr<ByteStream> stream;
  if (config.proxy_protocol && is_trusted(fd, config.trusted_proxies)) {
    stream = std::make_unique<ProxyStream>(std::make_unique<SocketStream>(loop_, fd));
  } else {
    stream = std::make_unique<SocketStream>(loop_, fd);
  }
  if (tls_ != nullptr) stream = std::make_unique<TlsStream>(loop_, tls_, std::move(stream));
  pool_.accept(std::move(stream));
}

// Another listener of the same configuration has put the layers on each other.
void LwsListener::adopt(MovedPeer peer) {
  if (loop_.ending()) return;
  if (tls_ != nullptr) static_cast<TlsStream&>(*peer.stream).use_buffers_of(tls_);
  pool_.adopt(std::move(peer));
}

void LwsListener::stop_accepting() {
  for (const auto& acceptor : acceptors_) acceptor->drain_and_stop();
  pool_.wind_down();
}

void LwsListener::loop_ending() {
  for (const auto& acceptor : acceptors_) acceptor->stop();
  pool_.drop_all();
}

ListenerStats LwsListener::stats() const {
  ListenerStats out = pool_.stats();
  for (const auto& acceptor : acceptors_) out.accept_pauses += acceptor->pauses();
  return out;
}

}  // namespace wsb::net
