#include "core/app/client_drain.h"

#include <algorithm>

#include "core/base/check.h"

namespace wsb::app {

Drain::Action Drain::begin(TimePoint now) {
  WSB_CHECK(stage_ == Stage::idle);
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

Drain::Action Drain::step(TimePoint now, std::size_t backlog, bool reading_paused) {
  if (reading_paused) since_ = now;
  if (stage_ == Stage::barrier) {
    if (backlog != backlog_) since_ = now;
    backlog_ = backlog;
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
