#pragma once

// What clients did not get, told to the operator: slow readers cut off, messages dropped, batches
// refused between workers, accepting held up. Looks at the workers' snapshots and writes one
// warning for what has grown since the last look. Main thread.

#include <map>

#include "core/app/serve_events.h"
#include "core/base/log.h"
#include "core/base/time.h"

namespace wsb::app {

class ServeLosses {
 public:
  static constexpr Duration kInterval = std::chrono::seconds(5);

  explicit ServeLosses(Log& log) : log_(log) {}
  void look(int worker, const WorkerSnapshot& snapshot);

 private:
  Log& log_;
  std::map<int, WorkerSnapshot> before_;
};

[[nodiscard]] net::ListenerStats sum_of(const net::ListenerStats& a, const net::ListenerStats& b);

}  // namespace wsb::app
