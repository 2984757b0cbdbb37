#include "core/app/client_drain.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/base/limits.h"

namespace wsb::app {

Drain::Action Drain::begin(TimePoint now) {
  WSB_CHECK(stage_ == Stage::idle);
  begun_ = now;
  since_ = now;
  if (plan_.at_end == EndOfInput::close) {
    stage_ = Stage::done;
    return Action::close;
  }
  if (plan_.at_end == EndOfInput::hold || plan_.for_replies) {
    stage_ = Stage::held;
    return Action::none;
  }
  stage_ = Stage::barrier;
  return Action::ping;
}

void Drain::on_message(TimePoint now) {
  last_message_ = now;
  if (stage_ == Stage::linger) since_ = now;
}

void Drain::on_pong(TimePoint now) {
  if (stage_ != Stage::barrier) return;
  stage_ = Stage::linger;
  since_ = now;
}

// Looks for signs of life since the last time.
void Drain::note(TimePoint now, const DrainView& view) {
  const bool arriving = view.in_message && view.bytes_in != bytes_in_ &&
                        now < begun_ + limits::kLastMessageWait;
  const bool leaving = stage_ == Stage::barrier && view.backlog != backlog_;
  if (arriving || leaving || view.reading_paused) since_ = now;
  bytes_in_ = view.bytes_in;
  backlog_ = view.backlog;
}

Drain::Action Drain::step(TimePoint now, const DrainView& view) {
  note(now, view);
  if (stage_ == Stage::barrier) {
    if (now < since_ + plan_.pong_limit) return Action::none;
    stage_ = Stage::linger;
    since_ = std::max(last_message_, since_);
  }
  if (stage_ == Stage::linger && now >= since_ + plan_.linger) {
    stage_ = Stage::done;
    return Action::close;
  }
  return Action::none;
}

std::optional<TimePoint> Drain::due() const {
  if (stage_ == Stage::barrier) return since_ + plan_.pong_limit;
  if (stage_ == Stage::linger) return since_ + plan_.linger;
  return std::nullopt;
}

}  // namespace wsb::app
