#include "core/load/phase.h"

namespace wsb::load {

std::string_view to_string(Phase phase) {
  switch (phase) {
    case Phase::connect: return "connect";
    case Phase::settle: return "settle";
    case Phase::probe: return "probe";
    case Phase::warmup: return "warm-up";
    case Phase::steady: return "steady";
    case Phase::drain: return "drain";
    case Phase::close: return "close";
    case Phase::done: return "done";
  }
  return "";
}

Phase PhaseMachine::step(TimePoint now, const PhaseInput& input) {
  Phase wanted = next(now, input);
  const bool gone = input.disconnected && phase_ > Phase::connect;
  if ((input.stop || gone) && phase_ < Phase::drain) {
    (input.stop ? interrupted_ : disconnected_) = now;
    wanted = phase_ == Phase::steady ? Phase::drain : Phase::close;
  }
  if (wanted != phase_) enter(wanted, now);
  return phase_;
}

void PhaseMachine::enter(Phase phase, TimePoint now) {
  phase_ = phase;
  entered_ = now;
  if (phase == Phase::settle) last_check_ = now;
  if (phase == Phase::warmup) start_ = now + plan_.start_delay;
}

Phase PhaseMachine::next(TimePoint now, const PhaseInput& input) {
  switch (phase_) {
    case Phase::connect:
      if (input.hopeless) return Phase::close;
      if (!input.connects_done) return phase_;
      last_messages_ = input.messages;
      return input.can_run ? Phase::settle : Phase::close;
    case Phase::settle: return settled(now, input) ? Phase::probe : phase_;
    case Phase::probe:
      if (input.probe_done) return Phase::warmup;
      if (now - entered_ < plan_.probe_limit) return phase_;
      return input.probe_usable ? Phase::warmup : Phase::close;
    case Phase::warmup: return now >= steady_begin() ? Phase::steady : phase_;
    case Phase::steady: return now >= steady_end() ? Phase::drain : phase_;
    case Phase::drain: {
      const Duration limit = interrupted_ ? plan_.interrupted_drain : plan_.drain;
      return input.accounted || input.closed || now - entered_ >= limit ? Phase::close : phase_;
    }
    case Phase::close:
      return input.closed || now - entered_ >= plan_.close_limit ? Phase::done : phase_;
    case Phase::done: return phase_;
  }
  return phase_;
}

bool PhaseMachine::settled(TimePoint now, const PhaseInput& input) {
  if (now - entered_ >= plan_.settle_limit) return true;
  if (now - last_check_ < plan_.quiet_interval) return false;
  last_check_ = now;
  quiet_ = input.messages == last_messages_ ? quiet_ + 1 : 0;
  last_messages_ = input.messages;
  return quiet_ >= plan_.quiet_checks;
}

}  // namespace wsb::load
