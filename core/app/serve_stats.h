#pragma once

// The live numbers of a whole server, added up from what its workers measured; and as the JSON of
// GET /stats. Values and pure functions, any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/app/access_counters.h"
#include "core/app/client_limits.h"
#include "core/app/named_counts.h"
#include "core/app/serve_census.h"
#include "core/app/socketio_counters.h"
#include "core/hub/counters.h"
#include "core/net/listener.h"
#include "core/session/fault_plan.h"
#include "core/stats/histogram.h"

namespace wsb::app {

struct ServeStats {
  Duration uptime{};
  std::size_t workers = 0;
  std::size_t silent_workers = 0;  // did not answer: their numbers are missing
  hub::Counters hub;
  net::ListenerStats listener;
  AccessCounters access;
  LimitCounters limits;
  SocketioCounters socketio;
  std::optional<session::FaultCounts> faults;  // nullopt: none are made
  PeerTotals peers;
  stats::Histogram fanout;
  std::vector<std::pair<std::size_t, Duration>> loop_lag;  // by worker, those that answered
};

[[nodiscard]] ServeStats add_up(const ServeCensus::Answers& answers, Duration uptime);

// Whom the server refused or cut off, by cause, in words that are names of metrics.
[[nodiscard]] NamedCounts refusals_of(const ServeStats& stats);
// What was done on purpose, in the same way.
[[nodiscard]] NamedCounts faults_of(const session::FaultCounts& counts);

// One object, times in seconds.
[[nodiscard]] std::string stats_json(const ServeStats& stats);

}  // namespace wsb::app
