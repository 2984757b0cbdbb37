#pragma once

// Host names to addresses, off the loop: getaddrinfo cannot be cancelled, so each lookup has a
// thread of its own that nobody waits for, and the deadline of whoever asked wins. Lookups of one
// name are shared, and their result is kept for a moment, so that a thousand connects are one
// lookup. Owned by the client host of a loop, on its thread.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/net/loop.h"
#include "core/net/lws/socket_address.h"

namespace wsb::net {

class Resolver {
 public:
  // Addresses in the order in which to try them (RFC 8305 §4), with the port set.
  using Done = std::function<void(const Result<std::vector<SocketAddress>>&)>;
  struct Ticket {
    std::uint64_t value = 0;  // 0: none
  };

  explicit Resolver(Loop& loop) : loop_(loop) {}
  // Those who wait are forgotten.
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // Calls `done` once, in a later turn, unless it is forgotten before. Errors: resolve.
  Ticket resolve(const std::string& host, std::uint16_t port, Done done);
  void forget(Ticket ticket);

 private:
  struct Line;  // between a lookup's thread and the resolver
  struct Waiter {
    std::uint64_t ticket;
    std::uint16_t port;
    Done done;
  };
  struct Lookup {  // of one name, under way or done
    std::shared_ptr<Line> line;
    std::vector<Waiter> waiters;
    std::optional<Result<std::vector<SocketAddress>>> result;
    TimePoint expires{};
  };

  [[nodiscard]] static bool is_lost(Line& line);
  void start(const std::string& host, Lookup& lookup);
  void finished(const std::string& host, Result<std::vector<SocketAddress>> result);
  void answer(const std::string& host);

  Loop& loop_;
  std::map<std::string, Lookup> lookups_;
  std::uint64_t tickets_ = 0;
};

}  // namespace wsb::net
