#pragma once

// Opens one TCP or unix connection to the first of several addresses that answers: the next one is
// tried as soon as one fails, and beside it when it takes longer than 250 ms (RFC 8305 §5). The
// sockets are opened here and not by libwebsockets, which would bind a source address together with
// a port and so use up the ports of the host. Owned by a raw stream, on its loop's thread.

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/net/lws/lws_loop.h"
#include "core/net/lws/socket_address.h"

namespace wsb::net {

class Dialer {
 public:
  struct Config {
    std::vector<SocketAddress> addresses;  // not empty
    std::optional<SocketAddress> source{};  // its port is 0; other families are left out
    bool tcp_nodelay = true;
  };
  // The connected, non-blocking socket, which is the caller's. Errors: connect, with the errno of
  // the last address that failed.
  using Done = std::function<void(Result<int>)>;

  Dialer(LwsLoop& loop, Config config);
  ~Dialer();
  Dialer(const Dialer&) = delete;
  Dialer& operator=(const Dialer&) = delete;

  // Calls `done` once, from inside this call or later; it must not destroy the dialer.
  void start(Done done);
  // Nobody is called any more. Allowed inside `done`.
  void cancel();

 private:
  struct Attempt;

  void try_next();
  [[nodiscard]] int open(const SocketAddress& address);
  [[nodiscard]] bool watch(int fd);
  void settled(Attempt& attempt);
  void succeed(int fd);
  void give_up_attempts();
  static void let_go(Attempt* attempt);

  LwsLoop& loop_;
  Config config_;
  Done done_;
  std::size_t next_ = 0;  // address
  std::vector<Attempt*> attempts_;
  TimerId stagger_;
  int last_errno_ = 0;
};

}  // namespace wsb::net
