#include "core/app/reload_signal.h"

#include <utility>

namespace wsb::app {

void ReloadSignal::request() {
  const std::lock_guard lock(mutex_);
  if (listener_) {
    listener_();
  } else {
    unheard_ = true;
  }
}

void ReloadSignal::set_listener(std::function<void()> listener) {
  const std::lock_guard lock(mutex_);
  listener_ = std::move(listener);
  if (listener_ && std::exchange(unheard_, false)) listener_();
}

}  // namespace wsb::app
