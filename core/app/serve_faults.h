#pragma once

// Puts a connection with faults on purpose before each client of one worker, and counts what went
// wrong. Exists only when a server was asked for faults. Owned by a ServeWorker, on its loop's
// thread.

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/units.h"
#include "core/net/loop.h"
#include "core/session/faulty_connection.h"

namespace wsb::app {

// The same for all workers; outlives them.
struct FaultSettings {
  FaultSettings(session::FaultPlan the_plan, std::uint64_t the_seed, TimePoint the_start,
                ByteSize the_backlog)
      : plan(the_plan), seed(the_seed), start(the_start), backlog(the_backlog) {}

  const session::FaultPlan plan;
  const std::uint64_t seed;
  const TimePoint start;   // of the server: stalls count from there
  const ByteSize backlog;  // that may wait for one client
  // So far, of all workers: with the same seed the n-th client gets the same faults.
  std::atomic<std::uint64_t> clients = 0;
};

class ServeFaults {
 public:
  // Both outlive it.
  ServeFaults(FaultSettings& settings, net::Loop& loop) : settings_(settings), loop_(loop) {}
  ~ServeFaults();
  ServeFaults(const ServeFaults&) = delete;
  ServeFaults& operator=(const ServeFaults&) = delete;

  // What is to be sent to instead; valid until closed().
  [[nodiscard]] net::Connection& opened(net::Connection& connection);
  void closed(net::ConnectionId id);
  [[nodiscard]] const session::FaultCounts& counts() const { return counts_; }

 private:
  FaultSettings& settings_;
  net::Loop& loop_;
  session::FaultCounts counts_;
  std::vector<std::unique_ptr<session::FaultyConnection>> clients_;  // by slot
  // A connection may end within a call of the one before it, which is freed after the turn.
  std::vector<std::unique_ptr<session::FaultyConnection>> ended_;
  net::TimerId timer_{};
};

}  // namespace wsb::app
