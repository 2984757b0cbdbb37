#pragma once

// One fan-out measurement: publishers on one loop, receivers spread over others, canaries on a loop
// that is otherwise idle and from which the run is directed. Every few milliseconds the director
// asks all groups for their status and goes on through the phases. Nothing is shared between the
// loops but messages; the results are read from the groups after all loops have ended.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/load/phase.h"
#include "core/load/publisher_group.h"
#include "core/load/receiver_group.h"
#include "core/load/relay_shape.h"
#include "core/load/run_plan.h"
#include "core/net/runtime.h"

namespace wsb::load {

struct FanoutConfig {
  net::ConnectConfig connect;
  std::shared_ptr<const session::SocketioOptions> socketio;  // nullptr: plain messages
  std::size_t clients = 100;
  std::size_t canaries = 16;
  std::size_t publishers = 1;
  std::uint32_t run = 0;                // tells our messages from those of other runs
  std::size_t payload_bytes = 128;      // at least kTokenBytes
  Rate rate;                            // of all publishers together, above 0
  Rate connect_rate;                    // of all connections together; 0: as fast as it goes
  std::size_t connects_under_way = 64;  // at most, on each loop
  PhasePlan phases;
  // CPU time of the calling thread, and its time ready, but without a core; empty: not measured.
  std::function<Duration()> thread_cpu;
  std::function<Duration()> thread_wait;
};

struct FanoutLoops {
  std::vector<net::Loop*> receivers;  // at least one
  net::Loop* canaries = nullptr;      // the director's too
  net::Loop* publishers = nullptr;
};

struct FanoutProgress {
  Phase phase = Phase::connect;
  Duration in_phase{};
  Duration phase_length{};     // zero: the phase ends when something has happened
  std::size_t connections = 0;  // clients, canaries and publishers
  std::size_t opened = 0;
  std::size_t failed = 0;
  RelayShape relay = RelayShape::none;
  std::uint64_t sent = 0;      // of the steady phase
  std::uint64_t received = 0;  // by clients
  std::uint64_t expected = 0;  // by clients, so far
};

// Called on the director's loop.
class FanoutObserver {
 public:
  virtual ~FanoutObserver() = default;
  virtual void on_progress(const FanoutProgress& progress) = 0;
  // Once, last: the loops may be stopped.
  virtual void on_finished() = 0;
};

class FanoutRun {
 public:
  // All outlive the run; the loops end before it.
  FanoutRun(net::Runtime& runtime, const FanoutLoops& loops, const FanoutConfig& config,
            FanoutObserver& observer);
  ~FanoutRun() = default;
  FanoutRun(const FanoutRun&) = delete;
  FanoutRun& operator=(const FanoutRun&) = delete;

  // Any thread; once the loops exist, running or not.
  void start();
  // Any thread: drains and closes; on_finished follows.
  void request_stop();

  // After all loops have ended without on_finished: the run was cut off at that time.
  void cut_off(TimePoint when) { cut_off_ = when; }

  // Results, after all loops have ended.
  [[nodiscard]] const std::vector<std::unique_ptr<ReceiverGroup>>& clients() const {
    return clients_;
  }
  [[nodiscard]] const ReceiverGroup& canaries() const { return *canaries_; }
  [[nodiscard]] const PublisherGroup& publishers() const { return *publishers_; }
  [[nodiscard]] const std::optional<RunPlan>& plan() const { return plan_; }  // nothing: never sent
  [[nodiscard]] RelayShape relay() const { return relay_; }
  [[nodiscard]] bool probe_agreed() const { return probe_agreed_; }
  [[nodiscard]] std::optional<TimePoint> interrupted() const {
    return machine_.interrupted() ? machine_.interrupted() : cut_off_;
  }
  // When the server had ended the connections, before the run was over.
  [[nodiscard]] std::optional<TimePoint> disconnected() const { return machine_.disconnected(); }
  [[nodiscard]] TimePoint started() const { return started_; }
  // A loop took no messages any more: the results are not to be used.
  [[nodiscard]] bool broken() const { return broken_; }

 private:
  // By index: the client groups, then the canaries.
  [[nodiscard]] std::size_t receiver_groups() const { return clients_.size() + 1; }
  [[nodiscard]] ReceiverGroup& receivers(std::size_t index);
  [[nodiscard]] net::Loop& receiver_loop(std::size_t index);
  void tell(net::Loop& loop, std::function<void()> action);
  void tell_receivers(const std::function<void(ReceiverGroup&)>& action);
  void tell_publishers(std::function<void()> action);

  void begin();
  void ask();
  void answered();
  void advance();
  void enter(Phase phase);
  void begin_plan();
  [[nodiscard]] PhaseInput input(TimePoint now);
  [[nodiscard]] ProbeCopies probe_copies() const;
  [[nodiscard]] bool probe_done(TimePoint now, const ProbeCopies& copies);
  [[nodiscard]] bool accounted() const;
  void report_progress(TimePoint now);
  void finish();

  FanoutLoops loops_;
  FanoutConfig config_;
  FanoutObserver& observer_;
  std::vector<std::unique_ptr<ReceiverGroup>> clients_;
  std::unique_ptr<ReceiverGroup> canaries_;
  std::unique_ptr<PublisherGroup> publishers_;

  // The director's, on its loop.
  PhaseMachine machine_{PhasePlan{}, TimePoint{}};
  TimePoint started_{};
  std::vector<GroupStatus> statuses_;
  PublisherStatus publisher_status_;
  std::size_t answers_ = 0;
  std::shared_ptr<const SentBook> asked_sent_;  // what is missing is counted by it
  std::optional<RunPlan> plan_;
  bool publishers_to_begin_ = false;
  RelayShape relay_ = RelayShape::none;
  bool probe_agreed_ = false;
  std::optional<TimePoint> cut_off_;
  std::uint64_t probe_total_ = 0;
  TimePoint probe_changed_{};
  bool stop_ = false;
  bool broken_ = false;
  bool finished_ = false;
};

}  // namespace wsb::load
