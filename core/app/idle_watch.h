#pragma once

// Finds the clients of one worker between whom and the server no message has passed for a while,
// whichever way; pings are no messages. Costs nothing for a message: it looks at what was counted,
// from time to time. On the loop's thread.

#include <cstdint>
#include <functional>
#include <vector>

#include "core/base/time.h"
#include "core/net/connection.h"
#include "core/net/loop.h"

namespace wsb::app {

class IdleWatch {
 public:
  // `idle` is told of each such client, once, and may end it; late by a quarter of `timeout` at
  // most, and by no more than kLookInterval.
  IdleWatch(net::Loop& loop, Duration timeout, std::function<void(net::Connection&)> idle);
  ~IdleWatch();
  IdleWatch(const IdleWatch&) = delete;
  IdleWatch& operator=(const IdleWatch&) = delete;

  void opened(net::Connection& connection);
  void closed(net::ConnectionId id);

  static constexpr Duration kLookInterval = std::chrono::seconds(5);

 private:
  struct Client {
    net::Connection* connection = nullptr;  // nullptr: none, or one that was told of
    std::uint64_t messages = 0;
    TimePoint since{};  // when there were so many, or somewhat later
  };

  void look();

  net::Loop& loop_;
  const Duration timeout_;
  const std::function<void(net::Connection&)> idle_;
  std::vector<Client> clients_;  // by slot
  std::size_t open_ = 0;
  net::TimerId timer_{};
};

}  // namespace wsb::app
