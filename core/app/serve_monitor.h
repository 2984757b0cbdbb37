#pragma once

// Answers GET /metrics and GET /stats on one worker with the numbers of all. The answer comes when
// all have given theirs, within limits::kCensusPatience. Owned by a ServeWorker, on its loop's
// thread.

#include <cstddef>
#include <memory>
#include <string_view>

#include "core/app/serve_census.h"
#include "core/net/http.h"

namespace wsb::app {

class ServeMonitor {
 public:
  // `loop` is this worker's; both outlive the monitor. `started`: of the server.
  ServeMonitor(net::Loop& loop, const ServeCensus& census, TimePoint started)
      : loop_(loop), census_(census), started_(started) {}

  // Whether numbers are found under this path.
  [[nodiscard]] static bool is_for(std::string_view path);
  // False: it is something else that was asked for.
  bool answer(const std::shared_ptr<net::HttpExchange>& exchange);

 private:
  net::Loop& loop_;
  const ServeCensus& census_;
  const TimePoint started_;
  // Questions under way; shared with them, since they may come to an end after the monitor.
  std::shared_ptr<std::size_t> under_way_ = std::make_shared<std::size_t>(0);
};

}  // namespace wsb::app
