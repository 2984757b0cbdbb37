#include "core/app/serve_metrics.h"

#include <catch2/catch.hpp>
#include <set>

using namespace wsb;
using namespace wsb::app;

namespace {

bool has_line(const std::string& text, const std::string& line) {
  return ('\n' + text).find('\n' + line + '\n') != std::string::npos;
}

}  // namespace

TEST_CASE("the metrics say what was counted") {
  ServeStats stats;
  stats.uptime = std::chrono::milliseconds(1500);
  stats.workers = 2;
  stats.listener.open = 7;
  stats.listener.too_large = 3;
  stats.limits.server_full = 4;
  stats.limits.rate_pauses = 12;
  stats.listener.moved_away = 5;
  stats.socketio.polling = 8;
  stats.socketio.upgrades = 9;
  stats.socketio.protocol_errors = 10;
  stats.peers.messages_in = 11;
  stats.hub.deliveries = 66;
  stats.peers.backlog_bytes = 4096;
  stats.loop_lag = {{1, std::chrono::milliseconds(2)}};
  stats.fanout.record(std::chrono::microseconds(80));
  const std::string text = metrics_text(stats);
  for (const std::string line :
       {"wsb_uptime_seconds 1.5", "wsb_workers 2", "wsb_clients 7",
        "wsb_refusals_total{cause=\"message_too_large\"} 3",
        "wsb_refusals_total{cause=\"slow_reader\"} 0",
        "wsb_refusals_total{cause=\"server_full\"} 4", "wsb_rate_pauses_total 12",
        "wsb_moved_connections_total 5",
        "wsb_engineio_sessions{transport=\"polling\"} 8", "wsb_engineio_upgrades_total 9",
        "wsb_socketio_refusals_total{cause=\"protocol_error\"} 10",
        "wsb_received_messages_total 11",
        "wsb_deliveries_total 66", "wsb_backlog_bytes 4096",
        "wsb_loop_lag_seconds{worker=\"1\"} 0.002", "wsb_fanout_seconds_bucket{le=\"5e-05\"} 0",
        "wsb_fanout_seconds_bucket{le=\"1e-04\"} 1", "wsb_fanout_seconds_count 1"}) {
    CAPTURE(line, text);
    CHECK(has_line(text, line));
  }
}

TEST_CASE("every family is named once, and every metric begins with wsb_") {
  std::set<std::string> families;
  const std::string text = metrics_text({});
  std::size_t at = 0;
  while ((at = text.find("# TYPE ", at)) != std::string::npos) {
    at += 7;
    const std::string name = text.substr(at, text.find(' ', at) - at);
    CHECK(name.starts_with("wsb_"));
    CHECK(families.insert(name).second);
  }
  CHECK(families.size() >= 20);
}
