#pragma once

// A TCP or unix connection that a client dials: names resolved off the loop, the socket opened by a
// Dialer, then a SocketStream like any other. Owned by the layer above, on its loop's thread.

#include <memory>
#include <string>
#include <vector>

#include "core/net/connector.h"
#include "core/net/lws/dialer.h"
#include "core/net/lws/resolver.h"
#include "core/net/lws/socket_stream.h"

namespace wsb::net {

class DialedStream final : public SocketStream {
 public:
  // Loop and resolver outlive it.
  DialedStream(LwsLoop& loop, Resolver& resolver, const ConnectConfig& config);
  ~DialedStream() override;

  void start(StreamEvents& events) override;

 private:
  void resolve();
  void resolved(const Result<std::vector<SocketAddress>>& addresses);
  void dialed(const Result<int>& fd);
  void give_up() override;
  [[nodiscard]] std::string peer_name() const override;
  [[nodiscard]] Error connect_error(const Error& error) const;

  Resolver& resolver_;
  http::Url url_;
  std::string source_address_;
  bool tcp_nodelay_;
  Resolver::Ticket lookup_;
  std::unique_ptr<Dialer> dialer_;
  std::vector<SocketAddress> tried_;
};

}  // namespace wsb::net
