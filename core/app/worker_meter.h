#pragma once

// Measures one worker from the outside: stands between the listener and the worker's clients, and
// between the loop and the hub, and passes everything on. Counts bytes and messages of all clients,
// times the fan-out, and sees how late the loop is. Owned by a ServeWorker, on its loop's thread.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/net/connection_handler.h"
#include "core/net/loop.h"
#include "core/stats/histogram.h"

namespace wsb::app {

// Of all clients since the start, those that have left included; the last two are of now.
struct PeerTotals {
  std::uint64_t messages_in = 0;
  std::uint64_t messages_out = 0;
  std::uint64_t wire_bytes_in = 0;  // frames with their headers, before TLS
  std::uint64_t wire_bytes_out = 0;  // the answers to handshakes too
  std::uint64_t dropped_messages = 0;
  std::uint64_t backlog_bytes = 0;
  std::uint64_t backlogged = 0;  // clients with a backlog

  PeerTotals& operator+=(const PeerTotals& other);
  bool operator==(const PeerTotals&) const = default;
};

struct WorkerMeasures {
  PeerTotals peers;
  // From the reading of a batch's first message to the batch's last send by the same worker.
  stats::Histogram fanout;
  Duration loop_lag{};  // the longest of the last five to ten seconds
};

class WorkerMeter final : public net::ConnectionHandler, public net::TurnEnd {
 public:
  // All outlive the meter. It begins to watch the loop with start(), on the loop's thread.
  WorkerMeter(net::Loop& loop, net::ConnectionHandler& peers, net::TurnEnd& hub);
  ~WorkerMeter() override;
  WorkerMeter(const WorkerMeter&) = delete;
  WorkerMeter& operator=(const WorkerMeter&) = delete;

  void start();
  // Goes through all clients.
  [[nodiscard]] WorkerMeasures measures() const;

  net::HandshakeDecision on_handshake(const net::HandshakeRequest& request) override;
  void on_failed_tls(const Error& why) override;
  void on_open(net::Connection& connection) override;
  void on_message(net::Connection& connection, const ws::Message& message) override;
  void on_pong(net::Connection& connection, BytesView payload) override;
  void on_drained(net::Connection& connection) override;
  void on_close(net::Connection& connection, const net::CloseInfo& close) override;

  [[nodiscard]] std::size_t pending_bytes() const override { return hub_.pending_bytes(); }
  void flush() override;

 private:
  void beat();

  net::Loop& loop_;
  net::ConnectionHandler& peers_;
  net::TurnEnd& hub_;
  std::vector<net::Connection*> open_;  // by slot; nullptr: none
  PeerTotals gone_;
  stats::Histogram fanout_;
  TimePoint read_at_{};  // of the first message that waits for the flush
  net::TimerId timer_{};
  TimePoint due_{};
  int beats_ = 0;
  Duration lag_now_{};     // the longest of this window
  Duration lag_before_{};  // of the one before
};

}  // namespace wsb::app
