#pragma once

// The course of a run: connect, settle, probe, warm-up, steady, drain, close, done. A pure state
// machine: the run tells it what it sees at which time, and acts on the phase that it answers.
// Value type, the control loop's thread.

#include <cstddef>
#include <optional>
#include <string_view>

#include "core/base/time.h"

namespace wsb::load {

enum class Phase { connect, settle, probe, warmup, steady, drain, close, done };
[[nodiscard]] std::string_view to_string(Phase phase);

struct PhasePlan {
  Duration warmup{};
  Duration duration{};
  Duration drain{};
  // Welcome messages and the like should have passed before the probe; a server that never falls
  // silent is probed all the same.
  int quiet_checks = 5;
  Duration quiet_interval = std::chrono::milliseconds(50);
  Duration settle_limit = std::chrono::seconds(3);
  Duration probe_limit = std::chrono::seconds(3);        // from the probe's start
  Duration start_delay = std::chrono::milliseconds(50);  // from the end of the probe to message 0
  Duration interrupted_drain = std::chrono::seconds(1);
  Duration close_limit = std::chrono::seconds(5);
};

struct PhaseInput {
  bool connects_done = false;  // none is under way or still to come
  bool can_run = false;        // a publisher and a receiver are connected
  std::size_t messages = 0;    // received so far, of any kind
  bool probe_done = false;     // every receiver has a copy of every probe message
  bool probe_usable = false;   // somebody has a copy
  bool accounted = false;      // every message sent has arrived everywhere it was expected
  bool closed = false;         // no connection is left
  bool hopeless = false;       // no publisher could connect, whatever is still under way
  bool disconnected = false;   // all publishers, or all receivers, have lost their connections
  bool stop = false;           // the user wants the end
};

class PhaseMachine {
 public:
  PhaseMachine(const PhasePlan& plan, TimePoint now) : plan_(plan), entered_(now) {}

  // Call often; goes on by at most one phase and answers the phase that holds then.
  Phase step(TimePoint now, const PhaseInput& input);

  [[nodiscard]] Phase phase() const { return phase_; }
  [[nodiscard]] TimePoint entered() const { return entered_; }
  // When message 0 is due; known from the warm-up on. The steady phase is [start + warmup, +
  // duration).
  [[nodiscard]] TimePoint start() const { return start_; }
  [[nodiscard]] TimePoint steady_begin() const { return start_ + plan_.warmup; }
  [[nodiscard]] TimePoint steady_end() const { return steady_begin() + plan_.duration; }
  // When the connections were gone before the drain, if they were and the user did not stop.
  [[nodiscard]] std::optional<TimePoint> disconnected() const { return disconnected_; }
  // When the user's stop was seen before the drain, if it was.
  [[nodiscard]] std::optional<TimePoint> interrupted() const { return interrupted_; }

 private:
  [[nodiscard]] Phase next(TimePoint now, const PhaseInput& input);
  [[nodiscard]] bool settled(TimePoint now, const PhaseInput& input);
  void enter(Phase phase, TimePoint now);

  PhasePlan plan_;
  Phase phase_ = Phase::connect;
  TimePoint entered_;
  TimePoint start_{};
  std::optional<TimePoint> interrupted_;
  std::optional<TimePoint> disconnected_;
  TimePoint last_check_{};
  std::size_t last_messages_ = 0;
  int quiet_ = 0;
};

}  // namespace wsb::load
