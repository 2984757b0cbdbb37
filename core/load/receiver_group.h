#pragma once

// The receivers of one loop: connects them, feeds what they get to the tally, closes them. Lives on
// its loop's thread from start() until the loop has ended; then whoever owns it reads the results.
// Receiving a message does not allocate.

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "core/load/connect_tally.h"
#include "core/load/cpu_meter.h"
#include "core/load/paced_connector.h"
#include "core/load/receiver_tally.h"
#include "core/load/run_plan.h"
#include "core/net/connection_handler.h"

namespace wsb::load {

// What the run needs to know of a group while it goes on.
struct GroupStatus {
  bool connects_done = false;
  std::size_t open = 0;
  std::size_t opened = 0;
  std::size_t failed = 0;
  std::size_t messages = 0;             // of any kind
  std::uint64_t received = 0;           // of the steady phase
  std::uint64_t received_by_ended = 0;  // by those whose connection has ended
  std::uint64_t missing = 0;            // of those that were sent; only when asked for
  std::array<std::uint64_t, kProbeMessages> probe_copies{};
};

class ReceiverGroup final : public net::ConnectionHandler {
 public:
  struct Config {
    PacedConnector::Config connector;
    std::uint32_t run = 0;
    std::uint32_t publishers = 1;
    std::function<Duration()> thread_cpu;   // see CpuMeter
    std::function<Duration()> thread_wait;  // the same of the time ready, but without a core
  };

  ReceiverGroup(net::Runtime& runtime, net::Loop& loop, Config config);

  void start(TimePoint when) { connector_.start(when); }
  void begin(const RunPlan& plan);
  void end_steady();
  void close_all();
  // `sent`: also find out what of these messages is missing; nullptr: not asked.
  [[nodiscard]] GroupStatus status(const SentBook* sent) const;

  // Results; for CPU see end_steady().
  [[nodiscard]] const ReceiverTally& tally() const { return tally_; }
  [[nodiscard]] const ConnectTally& connects() const { return connects_; }
  [[nodiscard]] double cpu_percent() const { return cpu_.percent(); }
  [[nodiscard]] double wait_percent() const { return wait_.percent(); }

  net::HandshakeDecision on_handshake(const net::HandshakeRequest& request) override;
  void on_open(net::Connection& connection) override;
  void on_message(net::Connection& connection, const ws::Message& message) override;
  void on_pong(net::Connection& connection, BytesView payload) override;
  void on_close(net::Connection& connection, const net::CloseInfo& close) override;

 private:
  net::Loop& loop_;
  PacedConnector connector_;
  ReceiverTally tally_;
  ConnectTally connects_;
  CpuMeter cpu_;
  CpuMeter wait_;
  std::vector<net::Connection*> open_;  // by receiver; nullptr: not open
  std::size_t open_count_ = 0;
  bool closing_ = false;
};

}  // namespace wsb::load
