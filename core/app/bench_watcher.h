#pragma once

// Where the thread that started a run waits for its end, and shows how it goes meanwhile: a
// terminal that does not take what is written to it must not hold up a thread that measures. The
// run's director reports here, and only the latest report is kept.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>

#include "core/load/fanout_run.h"

namespace wsb::app {

class BenchWatcher final : public load::FanoutObserver {
 public:
  // The director's thread; neither waits for whoever shows it.
  void on_progress(const load::FanoutProgress& progress) override;
  void on_finished() override;

  // Any thread: the run goes on, but nobody waits for it.
  void give_up();

  // Blocks until the run is over; false when it was given up. `show`, which may be empty, is called
  // on the calling thread, and may block.
  [[nodiscard]] bool wait(const std::function<void(const load::FanoutProgress&)>& show);

 private:
  void end(bool completed);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<load::FanoutProgress> latest_;  // not yet shown
  bool ended_ = false;
  bool completed_ = false;
};

}  // namespace wsb::app
