#include "core/app/stop_signal.h"

#include <utility>

namespace wsb::app {

void StopSignal::request() {
  const std::lock_guard lock(mutex_);
  ++count_;
  if (listener_) listener_(count_);
}

int StopSignal::count() const {
  const std::lock_guard lock(mutex_);
  return count_;
}

void StopSignal::set_listener(std::function<void(int)> listener) {
  const std::lock_guard lock(mutex_);
  listener_ = std::move(listener);
  if (listener_ && count_ > 0) listener_(count_);
}

}  // namespace wsb::app
