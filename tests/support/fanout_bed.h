#pragma once

// A whole fan-out run on virtual time: relay server, loops, run and observer.

#include <memory>
#include <vector>

#include "core/load/fanout_run.h"
#include "tests/support/fake_loop.h"
#include "tests/support/fake_net.h"
#include "tests/support/relay_server.h"

namespace wsb::load {

class FanoutBed final : public FanoutObserver {
 public:
  explicit FanoutBed(RelayServer::Options options = {}) : server(network, std::move(options)) {
    config.connect.url = http::parse_url("ws://127.0.0.1:" + std::to_string(server.port())).value();
    config.clients = 20;
    config.canaries = 2;
    config.run = 0xC0FFEE;
    config.rate = Rate{100};
    // Not all at once, so that the server sees them in their order: the publishers first.
    config.connect_rate = Rate{10'000};
    config.phases.warmup = 1s;
    config.phases.duration = 2s;
    config.phases.drain = 2s;
  }

  // Prepares the run with what `config` says then.
  void start(std::size_t receiver_loops = 2) {
    while (loops_.size() < receiver_loops + 2) loops_.push_back(network.make_loop().value());
    FanoutLoops places;
    for (std::size_t i = 0; i < receiver_loops; ++i) places.receivers.push_back(loops_[i].get());
    places.canaries = loops_[receiver_loops].get();
    places.publishers = loops_[receiver_loops + 1].get();
    run_ = std::make_unique<FanoutRun>(network, places, config, *this);
    run_->start();
  }
  // False: the run did not end within `limit` of virtual time.
  [[nodiscard]] bool finish(Duration limit = 120s) {
    return network.run_until([this] { return finished; }, limit);
  }
  [[nodiscard]] bool run_until_phase(Phase phase) {
    return network.run_until([this, phase] { return progress.phase == phase; }, 60s);
  }
  [[nodiscard]] bool run_all() {
    start();
    return finish();
  }
  // Their thread gets no processor for so long.
  void pause_publishers(Duration time) {
    static_cast<net::FakeLoop&>(*loops_.back()).pause_until(network.now() + time);
  }
  // All connections are dropped, as when the run is not waited for.
  void end_loops() { loops_.clear(); }
  [[nodiscard]] FanoutRun& run() { return *run_; }

  // Over all client loops.
  [[nodiscard]] TallyCounts counts() const {
    TallyCounts all;
    for (const auto& group : run_->clients()) {
      const auto& counts = group->tally().counts();
      all.received += counts.received;
      all.duplicates += counts.duplicates;
      all.reordered += counts.reordered;
      all.too_old += counts.too_old;
      all.lag_unknown += counts.lag_unknown;
      all.corrupt += counts.corrupt;
      all.foreign += counts.foreign;
    }
    return all;
  }
  [[nodiscard]] TallyBalance balance() const {
    TallyBalance all;
    for (const auto& group : run_->clients()) {
      const auto balance = group->tally().balance(run_->publishers().sent());
      all.expected += balance.expected;
      all.lost += balance.lost;
      all.not_connected += balance.not_connected;
    }
    return all;
  }
  [[nodiscard]] stats::Histogram delivery() const {
    stats::Histogram all;
    for (const auto& group : run_->clients()) all.merge(group->tally().delivery());
    return all;
  }
  [[nodiscard]] std::uint64_t sent() const { return run_->publishers().status().steady_sent; }

  net::FakeRuntime network;
  RelayServer server;
  FanoutConfig config;
  FanoutProgress progress;
  std::vector<Phase> phases;  // as they came
  bool finished = false;

 private:
  void on_progress(const FanoutProgress& seen) override {
    if (phases.empty() || phases.back() != seen.phase) phases.push_back(seen.phase);
    progress = seen;
  }
  void on_finished() override {
    CHECK_FALSE(finished);
    finished = true;
  }

  std::unique_ptr<FanoutRun> run_;
  std::vector<std::unique_ptr<net::Loop>> loops_;  // end before the run
};

}  // namespace wsb::load
