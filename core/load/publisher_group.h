#pragma once

// The publishers, on a loop of their own: a sender that shares a loop with receivers waits for them
// and measures that. Sends each message of the plan at its intended time or, late, at once and with
// its lag written into its token. What comes back to the sender is tallied apart.
// Lives on its loop's thread from start() until the loop has ended; then results may be read.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/base/bytes.h"
#include "core/load/connect_tally.h"
#include "core/load/cpu_meter.h"
#include "core/load/paced_connector.h"
#include "core/load/receiver_tally.h"
#include "core/load/run_plan.h"
#include "core/load/sent_book.h"
#include "core/net/connection_handler.h"
#include "core/stats/histogram.h"

namespace wsb::load {

struct PublisherStatus {
  bool connects_done = false;
  std::size_t open = 0;
  std::size_t opened = 0;
  std::size_t failed = 0;
  std::size_t messages = 0;  // that came back, of any kind
  bool finished = false;     // nothing of the plan is still to be sent
  std::uint64_t steady_sent = 0;
  std::uint64_t steady_in_window = 0;         // of those sent: before the steady phase ended
  std::uint64_t steady_unsent = 0;            // buffers were full, or the publisher was behind
  std::uint64_t steady_disconnected = 0;      // unsent as well: the connections had ended
  std::shared_ptr<const SentBook> sent_book;  // once finished
  std::uint64_t self_received = 0;
  std::array<std::uint64_t, kProbeMessages> self_copies{};
};

class PublisherGroup final : public net::ConnectionHandler {
 public:
  static constexpr Duration kProbeInterval = std::chrono::milliseconds(20);

  struct Config {
    PacedConnector::Config connector;
    std::uint32_t run = 0;
    std::size_t payload_bytes = 0;          // at least kTokenBytes
    std::function<Duration()> thread_cpu;   // see CpuMeter
    std::function<Duration()> thread_wait;  // the same of the time ready, but without a core
  };

  PublisherGroup(net::Runtime& runtime, net::Loop& loop, Config config);

  void start(TimePoint when) { connector_.start(when); }
  // Sends kProbeMessages from the first publisher that is connected.
  void probe();
  void begin(const RunPlan& plan);
  // For the CPU's account; what is late is still sent.
  void end_steady();
  // Sends no further message; those left are not missed by anybody.
  void stop();
  // All connections are gone: what is left of the plan is unsent for that reason.
  void give_up();
  // What was due and is not sent by now stays unsent.
  void close_all();
  [[nodiscard]] PublisherStatus status() const;

  // Of the steady phase.
  [[nodiscard]] const SentBook& sent() const { return sent_; }
  [[nodiscard]] const ReceiverTally& self() const { return self_; }
  [[nodiscard]] const ConnectTally& connects() const { return connects_; }
  [[nodiscard]] const stats::Histogram& send_lag() const { return send_lag_; }
  [[nodiscard]] double cpu_percent() const { return cpu_.percent(); }
  [[nodiscard]] double wait_percent() const { return wait_.percent(); }

  net::HandshakeDecision on_handshake(const net::HandshakeRequest& request) override;
  void on_open(net::Connection& connection) override;
  void on_message(net::Connection& connection, const ws::Message& message) override;
  void on_pong(net::Connection& connection, BytesView payload) override;
  void on_close(net::Connection& connection, const net::CloseInfo& close) override;

 private:
  void send_probe(std::uint32_t seq);
  void send_due();
  void send_planned(std::uint64_t index);
  [[nodiscard]] std::uint64_t steady_left() const;
  enum class Outcome { sent, buffer_full, not_connected };
  Outcome send(std::uint16_t publisher, std::uint32_t seq, TimePoint intended, TimePoint now);

  net::Loop& loop_;
  std::uint32_t run_;
  PacedConnector connector_;
  ReceiverTally self_;
  ConnectTally connects_;
  CpuMeter cpu_;
  CpuMeter wait_;
  stats::Histogram send_lag_;
  std::vector<net::Connection*> open_;  // by publisher; nullptr: not open
  std::size_t open_count_ = 0;
  bool closing_ = false;
  Bytes payload_;  // rendered once, the token is written over its front for each message
  std::optional<RunPlan> plan_;
  std::uint64_t next_ = 0;
  bool stopped_ = false;
  SentBook sent_;
  std::uint64_t steady_in_window_ = 0;
  std::uint64_t steady_unsent_ = 0;
  std::uint64_t steady_disconnected_ = 0;
};

}  // namespace wsb::load
