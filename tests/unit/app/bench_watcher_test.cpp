#include "core/app/bench_watcher.h"

#include <catch2/catch.hpp>

#include <future>
#include <thread>
#include <vector>

namespace {

using namespace wsb;
using namespace wsb::app;

load::FanoutProgress opened(std::size_t count) {
  load::FanoutProgress progress;
  progress.opened = count;
  return progress;
}

TEST_CASE("progress is shown on the thread that waits, never on the one that reports it") {
  BenchWatcher watcher;
  std::promise<std::thread::id> shown;
  std::thread run([&] {
    watcher.on_progress(opened(1));
    const auto where = shown.get_future().get();
    CHECK(where != std::this_thread::get_id());
    watcher.on_finished();
  });
  const bool completed =
      watcher.wait([&](const auto&) { shown.set_value(std::this_thread::get_id()); });
  CHECK(completed);
  run.join();
}

TEST_CASE("a display that blocks does not hold up the run, and is shown the latest afterwards") {
  BenchWatcher watcher;
  std::promise<void> blocked;
  std::promise<void> go_on;
  std::thread run([&] {
    watcher.on_progress(opened(1));
    blocked.get_future().wait();
    for (std::size_t i = 2; i <= 100; ++i) watcher.on_progress(opened(i));
    go_on.set_value();
  });
  std::vector<std::size_t> shown;
  const bool completed = watcher.wait([&](const load::FanoutProgress& progress) {
    shown.push_back(progress.opened);
    if (shown.size() == 1) {
      blocked.set_value();
      go_on.get_future().wait();
    } else {
      watcher.on_finished();
    }
  });
  CHECK(completed);
  CHECK(shown == std::vector<std::size_t>{1, 100});
  run.join();
}

TEST_CASE("a run that ends while the display blocks is over as soon as that returns") {
  BenchWatcher watcher;
  watcher.on_progress(opened(1));
  CHECK(watcher.wait([&](const auto&) {
    watcher.on_progress(opened(2));
    watcher.on_finished();
  }));
}

TEST_CASE("a run that was given up has not completed, unless it ended first") {
  BenchWatcher given_up;
  given_up.give_up();
  CHECK_FALSE(given_up.wait({}));
  BenchWatcher ended;
  ended.on_finished();
  ended.give_up();
  CHECK(ended.wait({}));
}

}  // namespace
