#include "core/load/connect_tally.h"

#include <algorithm>

#include "core/base/text.h"

namespace wsb::load {
namespace {

void add_cause(ConnectTally::Causes& causes, const std::string& cause, std::uint64_t times) {
  const auto known = causes.find(cause);
  if (known != causes.end()) {
    known->second += times;
  } else if (causes.size() < ConnectTally::kCauses) {
    causes.emplace(cause, times);
  } else {
    causes["other causes"] += times;
  }
}

// Our loop ended while the connection was there.
bool is_our_wish(const net::CloseInfo& close) {
  return close.by == net::CloseInfo::By::local && !close.error;
}

}  // namespace

std::string cause_of(const net::CloseInfo& close) {
  if (close.error) return printable(close.error->text());
  if (close.by == net::CloseInfo::By::network) {
    return "connection lost (" + std::string(net::to_string(close.phase)) + ")";
  }
  std::string cause =
      close.by == net::CloseInfo::By::peer ? "closed by the server with " : "closed by us with ";
  cause += format("%u", static_cast<unsigned>(close.code));
  if (!close.reason.empty()) cause += " '" + printable(close.reason) + "'";
  return cause;
}

void ConnectTally::opened(const net::ConnectionInfo& info, TimePoint now) {
  ++ok_;
  last_opened_ = now;
  tcp_.record(info.times.connected);
  if (info.tls) tls_.record(info.times.tls_done);
  upgrade_.record(info.times.upgraded);
}

void ConnectTally::failed(const net::CloseInfo& close) {
  if (is_our_wish(close)) return;
  ++failed_total_;
  add_cause(failed_why_, cause_of(close), 1);
}

void ConnectTally::dropped(const net::CloseInfo& close) {
  if (is_our_wish(close)) return;
  ++dropped_total_;
  add_cause(dropped_why_, cause_of(close), 1);
}

void ConnectTally::merge(const ConnectTally& other) {
  ok_ += other.ok_;
  failed_total_ += other.failed_total_;
  dropped_total_ += other.dropped_total_;
  for (const auto& [cause, times] : other.failed_why_) add_cause(failed_why_, cause, times);
  for (const auto& [cause, times] : other.dropped_why_) add_cause(dropped_why_, cause, times);
  last_opened_ = std::max(last_opened_, other.last_opened_);
  tcp_.merge(other.tcp_);
  tls_.merge(other.tls_);
  upgrade_.merge(other.upgrade_);
}

}  // namespace wsb::load
