#include "core/load/fanout_run.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/base/check.h"
#include "core/load/connect_order.h"

namespace wsb::load {
namespace {

constexpr Duration kAskInterval = std::chrono::milliseconds(20);
// While messages are measured every wake-up of their threads is a disturbance.
constexpr Duration kAskIntervalMeasuring = std::chrono::milliseconds(100);
// The probe is over when no copy has come for so long; the sender's own may come last.
constexpr Duration kProbeQuiet = std::chrono::milliseconds(300);

PacedConnector::Config connector_config(const FanoutConfig& config,
                                        std::vector<std::uint32_t> positions) {
  PacedConnector::Config connector;
  connector.connect = config.connect;
  connector.rate = config.connect_rate;
  connector.positions = std::move(positions);
  connector.total = config.clients + config.canaries + config.publishers;
  connector.max_under_way = config.connects_under_way;
  connector.socketio = config.socketio;
  return connector;
}

std::uint64_t sum(const std::array<std::uint64_t, kProbeMessages>& copies) {
  return std::accumulate(copies.begin(), copies.end(), std::uint64_t{0});
}

}  // namespace

FanoutRun::FanoutRun(net::Runtime& runtime, const FanoutLoops& loops, const FanoutConfig& config,
                     FanoutObserver& observer)
    : loops_(loops), config_(config), observer_(observer) {
  WSB_CHECK(!loops.receivers.empty() && loops.canaries != nullptr && loops.publishers != nullptr);
  auto order =
      connect_order(config.publishers, config.clients, config.canaries, loops.receivers.size());
  const auto publishers = static_cast<std::uint32_t>(config.publishers);
  const auto receiver_config = [&](std::vector<std::uint32_t> positions) {
    return ReceiverGroup::Config{connector_config(config, std::move(positions)), config.run,
                                 publishers, config.thread_cpu, config.thread_wait};
  };
  for (std::size_t i = 0; i < loops.receivers.size(); ++i) {
    clients_.push_back(std::make_unique<ReceiverGroup>(
        runtime, *loops.receivers[i], receiver_config(std::move(order.clients[i]))));
  }
  canaries_ = std::make_unique<ReceiverGroup>(runtime, *loops.canaries,
                                              receiver_config(std::move(order.canaries)));
  publishers_ = std::make_unique<PublisherGroup>(
      runtime, *loops.publishers,
      PublisherGroup::Config{connector_config(config, std::move(order.publishers)), config.run,
                             config.payload_bytes, config.thread_cpu, config.thread_wait});
  statuses_.resize(receiver_groups());
}

ReceiverGroup& FanoutRun::receivers(std::size_t index) {
  return index < clients_.size() ? *clients_[index] : *canaries_;
}

net::Loop& FanoutRun::receiver_loop(std::size_t index) {
  return index < clients_.size() ? *loops_.receivers[index] : *loops_.canaries;
}

void FanoutRun::tell(net::Loop& loop, std::function<void()> action) {
  if (!loop.post(std::move(action))) broken_ = true;
}

void FanoutRun::tell_receivers(const std::function<void(ReceiverGroup&)>& action) {
  for (std::size_t i = 0; i < receiver_groups(); ++i) {
    tell(receiver_loop(i), [action, &group = receivers(i)] { action(group); });
  }
}

void FanoutRun::tell_publishers(std::function<void()> action) {
  tell(*loops_.publishers, std::move(action));
}

void FanoutRun::start() {
  const bool posted = loops_.canaries->post([this] { begin(); });
  WSB_CHECK(posted);  // nothing was posted before, and the loop has not ended
}

void FanoutRun::request_stop() {
  // Refused only by a loop that has ended, and then there is nothing left to stop.
  [[maybe_unused]] const bool posted = loops_.canaries->post([this] { stop_ = true; });
}

void FanoutRun::begin() {
  started_ = loops_.canaries->now();
  machine_ = PhaseMachine(config_.phases, started_);
  tell_receivers([when = started_](ReceiverGroup& group) { group.start(when); });
  tell_publishers([this] { publishers_->start(started_); });
  ask();
}

void FanoutRun::ask() {
  if (machine_.phase() == Phase::drain) asked_sent_ = publisher_status_.sent_book;
  answers_ = 0;
  net::Loop& director = *loops_.canaries;
  for (std::size_t i = 0; i < receiver_groups(); ++i) {
    tell(receiver_loop(i), [this, i, sent = asked_sent_, &director, &group = receivers(i)] {
      // A director that has ended does not miss the answer.
      [[maybe_unused]] const bool posted =
          director.post([this, i, status = group.status(sent.get())] {
            statuses_[i] = status;
            answered();
          });
    });
  }
  tell_publishers([this, &director] {
    [[maybe_unused]] const bool posted = director.post([this, status = publishers_->status()] {
      publisher_status_ = status;
      answered();
    });
  });
  if (broken_) finish();
}

void FanoutRun::answered() {
  if (finished_ || ++answers_ < receiver_groups() + 1) return;
  advance();
  if (broken_) finish();
  if (finished_) return;
  const bool measuring = machine_.phase() == Phase::warmup || machine_.phase() == Phase::steady;
  const TimePoint now = loops_.canaries->now();
  loops_.canaries->schedule(now + (measuring ? kAskIntervalMeasuring : kAskInterval),
                            [this] { ask(); });
}

void FanoutRun::advance() {
  const TimePoint now = loops_.canaries->now();
  // Everybody who receives knows the plan by now: they were told before they were asked.
  if (std::exchange(publishers_to_begin_, false) && machine_.phase() <= Phase::steady) {
    tell_publishers([this, plan = *plan_] { publishers_->begin(plan); });
  }
  const PhaseInput seen = input(now);
  for (Phase before = machine_.phase(); machine_.step(now, seen) != before;
       before = machine_.phase()) {
    enter(machine_.phase());
  }
  if (!finished_) report_progress(now);
}

void FanoutRun::enter(Phase phase) {
  switch (phase) {
    case Phase::probe:
      probe_changed_ = loops_.canaries->now();
      tell_publishers([this] { publishers_->probe(); });
      break;
    case Phase::warmup: begin_plan(); break;
    case Phase::drain:
      tell_receivers([](ReceiverGroup& group) { group.end_steady(); });
      tell_publishers([this, interrupted = machine_.interrupted().has_value(),
                       disconnected = machine_.disconnected().has_value()] {
        publishers_->end_steady();
        if (interrupted) publishers_->stop();
        if (disconnected) publishers_->give_up();
      });
      break;
    case Phase::close:
      tell_receivers([](ReceiverGroup& group) { group.close_all(); });
      // Left before the steady phase was over: nobody misses what was not sent.
      tell_publishers([this, early = machine_.interrupted() || machine_.disconnected()] {
        if (early) publishers_->stop();
        publishers_->close_all();
      });
      break;
    case Phase::done: finish(); break;
    case Phase::connect:
    case Phase::settle:
    case Phase::steady: break;
  }
}

void FanoutRun::begin_plan() {
  const auto copies = probe_copies();
  relay_ = relay_shape(copies);
  probe_agreed_ = probe_agrees(copies);
  plan_.emplace(config_.rate, static_cast<std::uint32_t>(config_.publishers), machine_.start(),
                machine_.steady_begin(), machine_.steady_end());
  tell_receivers([plan = *plan_](ReceiverGroup& group) { group.begin(plan); });
  publishers_to_begin_ = true;
}

PhaseInput FanoutRun::input(TimePoint now) {
  PhaseInput input;
  input.connects_done = publisher_status_.connects_done;
  input.messages = publisher_status_.messages;
  std::size_t receivers_open = 0;
  for (const GroupStatus& status : statuses_) {
    input.connects_done = input.connects_done && status.connects_done;
    input.messages += status.messages;
    receivers_open += status.open;
  }
  input.hopeless = publisher_status_.connects_done && publisher_status_.opened == 0;
  input.can_run = publisher_status_.open > 0 && receivers_open > 0;
  input.disconnected = !input.can_run;
  input.closed = publisher_status_.open == 0 && receivers_open == 0 && input.connects_done;
  if (machine_.phase() == Phase::probe) {
    const auto copies = probe_copies();
    input.probe_usable = relay_shape(copies) != RelayShape::none;
    input.probe_done = probe_done(now, copies);
  }
  input.accounted = machine_.phase() == Phase::drain && accounted();
  input.stop = stop_;
  return input;
}

ProbeCopies FanoutRun::probe_copies() const {
  ProbeCopies copies;
  copies.self = publisher_status_.self_copies;
  for (const GroupStatus& status : statuses_) {
    copies.receiver_count += status.open;
    for (std::size_t i = 0; i < kProbeMessages; ++i) copies.receivers[i] += status.probe_copies[i];
  }
  return copies;
}

bool FanoutRun::probe_done(TimePoint now, const ProbeCopies& copies) {
  const auto receivers = sum(copies.receivers);
  const auto self = sum(copies.self);
  if (receivers + self != std::exchange(probe_total_, receivers + self)) probe_changed_ = now;
  const bool complete =
      receivers > 0 ? receivers >= kProbeMessages * copies.receiver_count : self >= kProbeMessages;
  return complete && now - probe_changed_ >= kProbeQuiet;
}

bool FanoutRun::accounted() const {
  // Finished, and the groups were asked since.
  if (asked_sent_ == nullptr) return false;
  if (relay_ == RelayShape::self) {
    return publisher_status_.self_received >= publisher_status_.steady_sent;
  }
  return std::all_of(statuses_.begin(), statuses_.end(),
                     [](const GroupStatus& status) { return status.missing == 0; });
}

void FanoutRun::report_progress(TimePoint now) {
  FanoutProgress progress;
  progress.phase = machine_.phase();
  progress.in_phase = now - machine_.entered();
  if (progress.phase == Phase::warmup) progress.phase_length = config_.phases.warmup;
  if (progress.phase == Phase::steady) progress.phase_length = config_.phases.duration;
  progress.connections = config_.clients + config_.canaries + config_.publishers;
  progress.opened = publisher_status_.opened;
  progress.failed = publisher_status_.failed;
  progress.relay = relay_;
  progress.sent = publisher_status_.steady_sent;
  std::size_t open_clients = 0;
  for (std::size_t i = 0; i < receiver_groups(); ++i) {
    progress.opened += statuses_[i].opened;
    progress.failed += statuses_[i].failed;
    if (i >= clients_.size()) continue;
    open_clients += statuses_[i].open;
    progress.received += statuses_[i].received;
    progress.expected += statuses_[i].received_by_ended;
  }
  progress.expected += progress.sent * open_clients;
  observer_.on_progress(progress);
}

void FanoutRun::finish() {
  if (std::exchange(finished_, true)) return;
  observer_.on_finished();
}

}  // namespace wsb::load
