#include "core/app/serve_events.h"

#include <utility>

namespace wsb::app {

void ServeEvents::post(ServeEvent event) {
  {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
  }
  arrived_.notify_one();
}

std::optional<ServeEvent> ServeEvents::take(std::chrono::steady_clock::time_point until) {
  std::unique_lock lock(mutex_);
  if (!arrived_.wait_until(lock, until, [this] { return !events_.empty(); })) return std::nullopt;
  ServeEvent event = std::move(events_.front());
  events_.pop_front();
  return event;
}

}  // namespace wsb::app
