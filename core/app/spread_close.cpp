#include "core/app/spread_close.h"

#include <algorithm>
#include <utility>

namespace wsb::app {

namespace {

constexpr Duration kTick = std::chrono::milliseconds(10);

}  // namespace

void SpreadClose::start(std::size_t count, Duration spread,
                        std::function<void(std::size_t)> close) {
  close_ = std::move(close);
  count_ = count;
  const auto shares = static_cast<std::size_t>(std::max<std::int64_t>(1, spread / kTick));
  share_ = (count + shares - 1) / shares;
  close_share();
}

void SpreadClose::close_share() {
  timer_ = {};
  const std::size_t end = std::min(count_, next_ + share_);
  while (next_ < end) close_(next_++);
  if (next_ == count_) return;
  timer_ = loop_.schedule(loop_.now() + kTick, [this] { close_share(); });
}

Duration spread_for(std::size_t connections, Duration window) {
  const auto wanted = std::chrono::milliseconds(static_cast<std::int64_t>(connections));
  return std::clamp<Duration>(window / 2, Duration::zero(), wanted);
}

}  // namespace wsb::app
