#include "core/app/bench_watcher.h"

#include <utility>

namespace wsb::app {

void BenchWatcher::on_progress(const load::FanoutProgress& progress) {
  const std::lock_guard lock(mutex_);
  latest_ = progress;
  changed_.notify_all();
}

void BenchWatcher::on_finished() { end(true); }

void BenchWatcher::give_up() { end(false); }

void BenchWatcher::end(bool completed) {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  completed_ = completed_ || completed;
  changed_.notify_all();
}

bool BenchWatcher::wait(const std::function<void(const load::FanoutProgress&)>& show) {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ended_ || latest_; });
    if (ended_) return completed_;
    const auto progress = *std::exchange(latest_, std::nullopt);
    lock.unlock();
    if (show) show(progress);
    lock.lock();
  }
}

}  // namespace wsb::app
