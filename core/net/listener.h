#pragma once

// Accepting connections. The sockets are opened first, all of them, on the main thread, so that a
// taken port is one error and nothing is half-started; each worker then adopts one of them.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/limits.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/base/units.h"
#include "core/net/moved_peer.h"
#include "core/net/outbox.h"
#include "core/net/tls_config.h"
#include "core/net/trusted_proxies.h"

namespace wsb::net {

class AccessLog;

// One bound and listening socket, closed with the object unless a listener took it.
class ListenSocket {
 public:
  ListenSocket() = default;
  ListenSocket(int fd, std::string host, std::uint16_t port)
      : fd_(fd), host_(std::move(host)), port_(port) {}
  // `path`: of the file.
  [[nodiscard]] static ListenSocket of_unix(int fd, std::string path);
  ~ListenSocket();
  ListenSocket(ListenSocket&& other) noexcept;
  ListenSocket& operator=(ListenSocket&& other) noexcept;

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] bool is_unix() const { return is_unix_; }
  [[nodiscard]] const std::string& host() const { return host_; }  // of a unix socket: its file
  [[nodiscard]] std::uint16_t port() const { return port_; }  // the real one, also for port 0
  [[nodiscard]] int release();

 private:
  int fd_ = -1;
  std::string host_;
  std::uint16_t port_ = 0;
  bool is_unix_ = false;
};

inline constexpr int kListenBacklog = 4096;  // the kernel cuts it to net.core.somaxconn

// `count` sockets on the same address (SO_REUSEPORT when more than one). Taken by anybody, another
// wsb included: ErrorCode::bind, with what to do.
[[nodiscard]] Result<std::vector<ListenSocket>> open_listen_sockets(const std::string& host,
                                                                    std::uint16_t port, int count);

// `count` descriptors of one listening socket, for as many workers: whichever comes first accepts.
// Errors: bind.
[[nodiscard]] Result<std::vector<ListenSocket>> share_listen_socket(ListenSocket socket, int count);

struct ListenConfig {
  std::optional<ServerIdentity> tls{};
  ByteSize max_message = 1_MiB;
  OutboxLimits outbox{};
  bool deflate = true;                                // accept permessage-deflate offers
  Duration ping_interval = std::chrono::seconds(30);  // 0: none; our own keepalive pings
  Duration ping_timeout = std::chrono::seconds(60);   // no pong for so long: dropped
  // Believed when they say whom a connection comes from; `proxy_protocol`: they say it in front of
  // each.
  TrustedProxies trusted_proxies{};
  bool proxy_protocol = false;
  Duration handshake_timeout = limits::kHandshakeTimeout;  // of TLS and a request's head
  Duration body_timeout = std::chrono::seconds(30);   // for the whole body of an HTTP request
  AccessLog* access_log = nullptr;  // outlives the listener; nullptr: nobody is told
};

// Counted by the network itself, on the loop's thread.
struct ListenerStats {
  std::uint64_t accepted = 0;
  std::uint64_t handshake_failures = 0;  // TLS or HTTP that never became a connection or request
  std::uint64_t certificates_refused = 0;  // TLS clients without one, or with one not trusted
  std::uint64_t upgrades_refused = 0;
  std::uint64_t protocol_errors = 0;  // connections failed with 1002, 1007
  std::uint64_t too_large = 0;        // connections failed with 1009
  std::uint64_t slow_readers = 0;     // connections closed with 1013, streams of events ended
  std::uint64_t keepalive_timeouts = 0;
  std::uint64_t accept_pauses = 0;  // out of file descriptors
  std::uint64_t moved_away = 0;     // connections that another listener serves now
  std::size_t open = 0;           // WebSocket connections now
  std::size_t event_streams = 0;  // clients that listen to events now
  std::size_t requests_open = 0;  // plain HTTP requests now, handed out and not answered in full
};

class Listener {
 public:
  virtual ~Listener() = default;
  [[nodiscard]] virtual ListenerStats stats() const = 0;
  // For all handshakes from now on, of a listener that was made with one; who is connected stays
  // so. Errors: tls_setup, and the old one remains.
  [[nodiscard]] virtual Result<void> set_identity(const ServerIdentity& identity) = 0;
  // Accepts from this socket as well. On the loop's thread, before stop_accepting().
  virtual void also_accept(ListenSocket socket) = 0;
  // No further connection is accepted. WebSocket connections and streams of events go on; HTTP
  // requests under way are answered, and their connections end.
  virtual void stop_accepting() = 0;
  // Serves a connection that another listener of the same configuration gave away, beginning with
  // its request, which is not routed again. On the loop's thread.
  virtual void adopt(MovedPeer peer) = 0;
};

}  // namespace wsb::net
