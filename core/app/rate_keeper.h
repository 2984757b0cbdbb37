#pragma once

// Holds each client of one worker to a rate of messages. Who sends faster is not read from until
// its bucket has refilled: TCP pushes back on it and nothing is lost. The message that finds the
// bucket empty is passed on and paid for before the next one is read, and so are those that came
// in one piece with it. On the loop's thread.

#include <cstdint>
#include <memory>
#include <vector>

#include "core/app/reading_holds.h"
#include "core/base/rate_limit.h"
#include "core/base/token_bucket.h"
#include "core/net/connection.h"
#include "core/net/loop.h"

namespace wsb::app {

class RateKeeper {
 public:
  // Both outlive it.
  RateKeeper(net::Loop& loop, ReadingHolds& holds, const RateLimit& limit);
  ~RateKeeper();
  RateKeeper(const RateKeeper&) = delete;
  RateKeeper& operator=(const RateKeeper&) = delete;

  void opened(net::Connection& connection);
  // It has sent a message, which may be its last one for a while.
  void spoken(net::Connection& connection);
  void closed(net::ConnectionId id);
  // How often somebody was not read from.
  [[nodiscard]] std::uint64_t pauses() const { return pauses_; }

 private:
  struct Client {
    net::Connection& connection;
    TokenBucket bucket;
    net::TimerId timer{};
    std::uint64_t unpaid = 0;  // messages
  };

  void hold(Client& client);

  net::Loop& loop_;
  ReadingHolds& holds_;
  const RateLimit limit_;
  const double refill_;  // tokens that are waited for
  std::vector<std::unique_ptr<Client>> clients_;  // by slot; nullptr: none
  std::uint64_t pauses_ = 0;
};

}  // namespace wsb::app
