#include "core/net/lws/dialed_stream.h"

#include <utility>

namespace wsb::net {

DialedStream::DialedStream(LwsLoop& loop, Resolver& resolver, const ConnectConfig& config)
    : SocketStream(loop),
      resolver_(resolver),
      url_(config.url),
      source_address_(config.source_address),
      tcp_nodelay_(config.tcp_nodelay) {}

DialedStream::~DialedStream() { close(); }

void DialedStream::start(StreamEvents& events) {
  set_events(events);
  timer_ = loop().schedule(loop().now(), [this] { resolve(); });
}

void DialedStream::resolve() {
  timer_ = {};
  if (!url_.unix_path.empty()) {
    const Result<SocketAddress> address = SocketAddress::unix_socket(url_.unix_path);
    if (!address) return end(Phase::resolve, address.error());
    return resolved(std::vector<SocketAddress>{*address});
  }
  const Result<SocketAddress> address = SocketAddress::numeric(url_.host, url_.port);
  if (address) return resolved(std::vector<SocketAddress>{*address});
  lookup_ = resolver_.resolve(url_.host, url_.port,
                              [this](const auto& result) { resolved(result); });
}

void DialedStream::resolved(const Result<std::vector<SocketAddress>>& addresses) {
  lookup_ = {};
  if (!addresses) return end(Phase::resolve, addresses.error());
  Dialer::Config config;
  config.addresses = tried_ = *addresses;
  config.tcp_nodelay = tcp_nodelay_;
  if (!source_address_.empty() && url_.unix_path.empty()) {
    const Result<SocketAddress> source = SocketAddress::numeric(source_address_, 0);
    if (!source) return end(Phase::connect, source.error());
    config.source = *source;
  }
  events()->on_phase(Phase::connect);
  if (events() == nullptr) return;
  dialer_ = std::make_unique<Dialer>(loop(), std::move(config));
  dialer_->start([this](const Result<int>& fd) { dialed(fd); });
}

void DialedStream::dialed(const Result<int>& fd) {
  if (!fd) return end(Phase::connect, connect_error(fd.error()));
  if (!adopt(*fd)) {
    return end(Phase::connect, make_error(ErrorCode::internal,
                                          "libwebsockets does not take the connection to '" +
                                              url_.text() + "'"));
  }
  tried_ = {};
  events()->on_phase(Phase::handshake);
}

void DialedStream::give_up() {
  resolver_.forget(std::exchange(lookup_, {}));
  if (dialer_) dialer_->cancel();
}

std::string DialedStream::peer_name() const {
  return url_.unix_path.empty() ? url_.host_header() : url_.unix_path;
}

Error DialedStream::connect_error(const Error& error) const {
  std::string text = "cannot connect to '" + peer_name() + "'";
  if (!source_address_.empty()) text += " from '" + source_address_ + "'";
  if (tried_.size() > 1) {
    std::string list;
    for (const SocketAddress& address : tried_) list += (list.empty() ? "" : ", ") + address.text();
    text += " (tried " + list + ")";
  }
  return make_errno_error(ErrorCode::connect, text, error.sys_errno);
}

}  // namespace wsb::net
