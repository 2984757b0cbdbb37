#pragma once

// Answers GET /metrics and GET /stats on one worker with the numbers of all. The answer comes when
// all have given theirs, within limits::kCensusPatience. Since each worker walks through all its
// clients for it, all who ask meanwhile share the next round, and rounds keep
// limits::kCensusInterval apart. Owned by a ServeWorker, on its loop's thread.

#include <memory>
#include <string_view>

#include "core/app/serve_census.h"
#include "core/net/http.h"

namespace wsb::app {

class ServeMonitor {
 public:
  // `loop` is this worker's; both outlive the monitor. `started`: of the server.
  ServeMonitor(net::Loop& loop, const ServeCensus& census, TimePoint started);
  ~ServeMonitor();
  ServeMonitor(const ServeMonitor&) = delete;
  ServeMonitor& operator=(const ServeMonitor&) = delete;

  // Whether numbers are found under this path.
  [[nodiscard]] static bool is_for(std::string_view path);
  // False: it is something else that was asked for.
  bool answer(const std::shared_ptr<net::HttpExchange>& exchange);

 private:
  struct Rounds;

  // Shared with the round under way, which may come to an end after the monitor.
  std::shared_ptr<Rounds> rounds_;
};

}  // namespace wsb::app
