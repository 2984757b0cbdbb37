#pragma once

// The live numbers of a whole server, added up from what its workers measured; and as the JSON of
// GET /stats. Values and pure functions, any thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/app/access_counters.h"
#include "core/app/serve_census.h"
#include "core/hub/counters.h"
#include "core/net/listener.h"
#include "core/stats/histogram.h"

namespace wsb::app {

struct ServeStats {
  Duration uptime{};
  std::size_t workers = 0;
  std::size_t silent_workers = 0;  // did not answer: their numbers are missing
  hub::Counters hub;
  net::ListenerStats listener;
  AccessCounters access;
  PeerTotals peers;
  stats::Histogram fanout;
  std::vector<std::pair<std::size_t, Duration>> loop_lag;  // by worker, those that answered
};

[[nodiscard]] ServeStats add_up(const ServeCensus::Answers& answers, Duration uptime);

// Whom the server refused or cut off, by cause, in words that are names of metrics.
[[nodiscard]] std::vector<std::pair<std::string_view, std::uint64_t>> refusals_of(
    const ServeStats& stats);

// One object, times in seconds.
[[nodiscard]] std::string stats_json(const ServeStats& stats);

}  // namespace wsb::app
