#pragma once

// How the connections of one loop came to be and how they ended: times of the handshake's stages,
// failures and losses by cause. Pure: told about events. Owned by a group, on its loop's thread;
// read by others only after the loop has ended.

#include <cstdint>
#include <map>
#include <string>

#include "core/net/connection.h"
#include "core/stats/histogram.h"

namespace wsb::load {

class ConnectTally {
 public:
  // More different causes than this are counted as "other causes".
  static constexpr std::size_t kCauses = 16;

  using Causes = std::map<std::string, std::uint64_t>;

  void opened(const net::ConnectionInfo& info, TimePoint now);
  // It never opened. What ended because we left does not count, here and below.
  void failed(const net::CloseInfo& close);
  // It had opened.
  void dropped(const net::CloseInfo& close);
  void merge(const ConnectTally& other);

  [[nodiscard]] std::uint64_t ok() const { return ok_; }
  [[nodiscard]] std::uint64_t failed_total() const { return failed_total_; }
  [[nodiscard]] std::uint64_t dropped_total() const { return dropped_total_; }
  [[nodiscard]] const Causes& failed_why() const { return failed_why_; }
  [[nodiscard]] const Causes& dropped_why() const { return dropped_why_; }
  [[nodiscard]] TimePoint last_opened() const { return last_opened_; }
  // From the start of each connect(): each stage includes those before it.
  [[nodiscard]] const stats::Histogram& tcp() const { return tcp_; }
  [[nodiscard]] const stats::Histogram& tls() const { return tls_; }
  [[nodiscard]] const stats::Histogram& upgrade() const { return upgrade_; }

 private:
  std::uint64_t ok_ = 0;
  std::uint64_t failed_total_ = 0;
  std::uint64_t dropped_total_ = 0;
  Causes failed_why_;
  Causes dropped_why_;
  TimePoint last_opened_{};
  stats::Histogram tcp_;
  stats::Histogram tls_;
  stats::Histogram upgrade_;
};

// "connect: connection refused", "closed by the server with 1013 'slow reader'": one line.
[[nodiscard]] std::string cause_of(const net::CloseInfo& close);

}  // namespace wsb::load
