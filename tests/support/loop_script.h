#pragma once

// A test's steps on a real loop, which runs only once: each waits for its condition and then acts.
// After the last one the loop is stopped. Fails the test when a condition does not come true.

#include <catch2/catch.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "core/net/lws/log_bridge.h"
#include "core/net/lws/lws_loop.h"

namespace wsb::net {

class LoopScript {
 public:
  LoopScript() {
    route_lws_log(nullptr);
    auto made = LwsLoop::create(global_);
    REQUIRE(made);
    loop_ = std::move(made).value();
  }

  [[nodiscard]] LwsLoop& loop() { return *loop_; }
  void when(std::function<bool()> condition, std::function<void()> action = [] {}) {
    steps_.push_back({std::move(condition), std::move(action)});
  }
  void run() {
    deadline_ = loop_->now() + std::chrono::seconds(10);
    look();
    loop_->run();
    CHECK(next_ == steps_.size());
  }

 private:
  struct Step {
    std::function<bool()> condition;
    std::function<void()> action;
  };

  void look() {
    while (next_ < steps_.size() && steps_[next_].condition()) steps_[next_++].action();
    if (next_ == steps_.size() || loop_->now() > deadline_) return loop_->stop();
    loop_->schedule(loop_->now() + std::chrono::milliseconds(1), [this] { look(); });
  }

  std::mutex global_;
  std::unique_ptr<LwsLoop> loop_;
  std::vector<Step> steps_;
  std::size_t next_ = 0;
  TimePoint deadline_{};
};

}  // namespace wsb::net
