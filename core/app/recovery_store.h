#pragma once

// Socket.IO clients that lost their connection and may come back within a while as if they had not:
// by a secret, the pid, which each was told, who they were and which rooms they were in. Those that
// are connected are known by their place, since a client may be back before its server knows that
// it had gone. Bounded; those that went first are forgotten first. Shared by all workers, any
// thread. Source: Socket.IO 4.6, connection state recovery.

#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "core/base/limits.h"
#include "core/base/time.h"
#include "core/net/connection_id.h"

namespace wsb::app {

// A client in one namespace.
struct RecoverySocket {
  std::string nsp;
  std::string sid;
  std::uint64_t author = 0;        // see session::Said
  std::vector<std::string> rooms;  // as the client calls them
};

struct RecoveryLimits {
  std::size_t sockets = limits::kRecoverySockets;
  std::size_t bytes = limits::kRecoveryBytes;
};

struct RecoveryCounters {
  std::uint64_t waiting = 0;    // now: sockets that may come back
  std::uint64_t expired = 0;    // since the start: never came back
  std::uint64_t forgotten = 0;  // had to go for others
  bool operator==(const RecoveryCounters&) const = default;
};

class RecoveryStore {
 public:
  // Of a client that is connected: its session.
  struct Place {
    std::size_t worker = 0;
    net::ConnectionId id;
  };
  using Found = std::variant<std::monostate, RecoverySocket, Place>;

  // Who does not come back within `window` is forgotten.
  explicit RecoveryStore(Duration window, RecoveryLimits limits = {})
      : window_(window), limits_(limits) {}
  RecoveryStore(const RecoveryStore&) = delete;
  RecoveryStore& operator=(const RecoveryStore&) = delete;

  void connected(const std::string& pid, std::string_view nsp, Place place);
  void lost(const std::string& pid, RecoverySocket socket, TimePoint now);
  // It went for good.
  void gone(const std::string& pid);
  // Of that namespace; who was lost is taken out.
  [[nodiscard]] Found take(const std::string& pid, std::string_view nsp, TimePoint now);

  [[nodiscard]] RecoveryCounters counters(TimePoint now);

 private:
  struct Lost {
    std::string pid;
    RecoverySocket socket;
    TimePoint until{};
    std::size_t bytes = 0;
  };
  struct Connected {
    std::string nsp;
    Place place;
  };
  using Known = std::variant<Connected, std::list<Lost>::iterator>;

  void erase(const std::string& pid);
  void drop_front();
  void drop_expired(TimePoint now);

  const Duration window_;
  const RecoveryLimits limits_;
  std::mutex mutex_;
  std::unordered_map<std::string, Known> known_;
  std::list<Lost> lost_;  // the one that went first in front
  std::size_t bytes_ = 0;
  RecoveryCounters counters_;
};

}  // namespace wsb::app
