#include "core/app/serve_watch.h"

#include <utility>

namespace wsb::app {

ServeWatch::ServeWatch(Duration interval, std::function<bool(std::size_t)> ask,
                       std::function<void()> alive)
    : interval_(interval), ask_(std::move(ask)), alive_(std::move(alive)) {}

void ServeWatch::start(std::size_t workers) {
  workers_ = workers;
  if (interval_ > Duration::zero() && alive_) due_ = {};
}

void ServeWatch::look(Clock::time_point now) {
  if (now < due_) return;
  due_ = now + interval_;
  if (awaited_.empty()) {
    for (std::size_t worker = 0; worker < workers_; ++worker) awaited_.insert(worker);
    to_ask_ = awaited_;
  }
  std::erase_if(to_ask_, [this](std::size_t worker) { return ask_(worker); });
}

void ServeWatch::answered(std::size_t worker) {
  if (awaited_.erase(worker) > 0 && awaited_.empty()) alive_();
}

}  // namespace wsb::app
