#pragma once

// Goes through many connections evenly over a time, so that those who are closed do not all come
// back in the same instant. Owned by whoever has the connections, on its loop's thread.

#include <cstddef>
#include <functional>

#include "core/base/time.h"
#include "core/net/loop.h"

namespace wsb::app {

class SpreadClose {
 public:
  explicit SpreadClose(net::Loop& loop) : loop_(loop) {}
  ~SpreadClose() { loop_.cancel(timer_); }
  SpreadClose(const SpreadClose&) = delete;
  SpreadClose& operator=(const SpreadClose&) = delete;

  // Calls `close` for 0 to `count` - 1 in order, the first share inside this call, the last within
  // `spread`. Once.
  void start(std::size_t count, Duration spread, std::function<void(std::size_t)> close);

 private:
  void close_share();

  net::Loop& loop_;
  net::TimerId timer_{};
  std::function<void(std::size_t)> close_;
  std::size_t next_ = 0;
  std::size_t count_ = 0;
  std::size_t share_ = 0;
};

// A thousand closes a second are no storm; half of the window is left for the clients' answers.
[[nodiscard]] Duration spread_for(std::size_t connections, Duration window);

}  // namespace wsb::app
