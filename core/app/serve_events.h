#pragma once

// What `run_serve` waits for on the main thread: words from its workers, and requests to stop. Any
// thread posts, main takes. Few: a worker posts a handful in its life, and one for each question.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "core/app/access_counters.h"
#include "core/app/client_limits.h"
#include "core/app/worker_meter.h"
#include "core/base/error.h"
#include "core/hub/counters.h"
#include "core/net/listener.h"
#include "core/session/fault_plan.h"

namespace wsb::app {

// One worker's numbers, copied on its thread.
struct WorkerSnapshot {
  hub::Counters hub;
  net::ListenerStats listener;
  AccessCounters access{};
  LimitCounters limits{};
  std::optional<session::FaultCounts> faults{};  // nullopt: none are made
  std::shared_ptr<const WorkerMeasures> measures{};  // nullptr: not asked for, as they cost some
};

struct ServeEvent {
  enum class Kind {
    started,     // accepts connections
    failed,      // could not start: `error`
    quiet,       // accepts no more, and has sent on what it had
    empty,       // its last connection has ended
    ended,       // its loop has ended
    snapshot,    // asked for
    stop_asked,  // for the `number`th time
    reload_asked,
    reloaded,    // has taken the new files
    alive,       // was asked whether its loop turns, and it does
  };
  Kind kind;
  int number = 0;  // the worker's
  std::optional<Error> error{};
  WorkerSnapshot snapshot{};
};

class ServeEvents {
 public:
  void post(ServeEvent event);
  // nullopt: `until` has passed.
  [[nodiscard]] std::optional<ServeEvent> take(std::chrono::steady_clock::time_point until);

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<ServeEvent> events_;
};

}  // namespace wsb::app
