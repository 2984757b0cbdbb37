#include "core/app/serve_census.h"

#include <memory>
#include <utility>

namespace wsb::app {

namespace {

// One question; lives on the thread of whoever asks, and the others only hand it around.
struct Round {
  net::Loop& asker;
  ServeCensus::Answers answers;
  std::size_t missing;
  net::TimerId timer;
  std::function<void(const ServeCensus::Answers&)> done;

  void take(std::size_t worker, WorkerSnapshot snapshot) {
    if (!done) return;  // too late
    answers[worker] = std::move(snapshot);
    if (--missing == 0) finish();
  }
  void finish() {
    asker.cancel(std::exchange(timer, {}));
    std::exchange(done, nullptr)(answers);
  }
};

}  // namespace

void ServeCensus::add(net::Loop& loop, std::function<WorkerSnapshot()> take) {
  workers_.push_back({&loop, std::move(take)});
}

void ServeCensus::ask(net::Loop& asker, Duration patience,
                      std::function<void(const Answers&)> done) const {
  const auto round = std::make_shared<Round>(
      Round{asker, Answers(workers_.size()), workers_.size(), {}, std::move(done)});
  round->timer = asker.schedule(asker.now() + patience, [round] {
    round->timer = {};
    round->finish();
  });
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    // A mailbox that is full, or has closed, is one that does not answer.
    (void)workers_[i].loop->post([round, i, &take = workers_[i].take] {
      (void)round->asker.post([round, i, snapshot = take()]() mutable {
        round->take(i, std::move(snapshot));
      });
    });
  }
}

}  // namespace wsb::app
