#pragma once

// Lets any worker ask all workers for their numbers: the question goes to each loop as a posted
// action, the answers come back the same way. Who does not answer in time is left out. Workers are
// added on the main thread before any runs; ask() on the thread of the worker that asks.

#include <functional>
#include <optional>
#include <vector>

#include "core/app/serve_events.h"
#include "core/base/time.h"
#include "core/net/loop.h"

namespace wsb::app {

class ServeCensus {
 public:
  // By worker; nullopt: it did not answer.
  using Answers = std::vector<std::optional<WorkerSnapshot>>;

  ServeCensus() = default;
  ServeCensus(const ServeCensus&) = delete;
  ServeCensus& operator=(const ServeCensus&) = delete;

  // `take` is called on the loop's thread; both outlive the last turn of every loop.
  void add(net::Loop& loop, std::function<WorkerSnapshot()> take);
  // `done` is called once, on the thread of `asker`, unless its loop ends before.
  void ask(net::Loop& asker, Duration patience, std::function<void(const Answers&)> done) const;

 private:
  struct Worker {
    net::Loop* loop;
    std::function<WorkerSnapshot()> take;
  };
  std::vector<Worker> workers_;
};

}  // namespace wsb::app
