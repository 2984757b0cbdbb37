#include "core/app/serve_census.h"

#include <catch2/catch.hpp>

#include "core/net/connection_ids.h"

#include "tests/support/fake_net.h"

using namespace wsb;
using namespace wsb::app;

namespace {

WorkerSnapshot with_messages(std::uint64_t messages) {
  WorkerSnapshot snapshot;
  snapshot.hub.messages = messages;
  return snapshot;
}

// A worker that is too busy: takes what is posted, and never comes to it.
class DeafLoop final : public net::Loop {
 public:
  explicit DeafLoop(bool takes) : takes_(takes) {}
  [[nodiscard]] TimePoint now() const override { return {}; }
  net::TimerId schedule(TimePoint, std::function<void()>) override { return {}; }
  void cancel(net::TimerId) override {}
  [[nodiscard]] bool post(std::function<void()> action) override {
    if (takes_) kept.push_back(std::move(action));
    return takes_;
  }
  void watch_readable(int, std::function<void()>) override {}
  void unwatch(int) override {}
  [[nodiscard]] net::ConnectionIds& ids() override { return ids_; }
  void set_turn_end(net::TurnEnd*) override {}
  void run() override {}
  void stop() override {}
  std::vector<std::function<void()>> kept;

 private:
  net::ConnectionIds ids_;
  const bool takes_;
};

}  // namespace

TEST_CASE("all workers answer whichever of them asks") {
  net::FakeRuntime network;
  const auto first = network.make_loop().value();
  const auto second = network.make_loop().value();
  ServeCensus census;
  census.add(*first, [] { return with_messages(1); });
  census.add(*second, [] { return with_messages(2); });
  int called = 0;
  census.ask(*second, std::chrono::seconds(1), [&](const ServeCensus::Answers& answers) {
    ++called;
    REQUIRE(answers.size() == 2);
    CHECK(answers[0]->hub.messages == 1);
    CHECK(answers[1]->hub.messages == 2);
  });
  CHECK(called == 0);
  network.run_until_idle();
  CHECK(called == 1);
  network.advance(std::chrono::seconds(5));
  CHECK(called == 1);
}

TEST_CASE("a worker that does not answer in time is left out, and its late answer is for nobody") {
  for (const bool takes : {true, false}) {
    net::FakeRuntime network;
    const auto loop = network.make_loop().value();
    DeafLoop deaf(takes);
    ServeCensus census;
    census.add(deaf, [] { return with_messages(1); });
    census.add(*loop, [] { return with_messages(2); });
    int called = 0;
    census.ask(*loop, std::chrono::seconds(1), [&](const ServeCensus::Answers& answers) {
      ++called;
      CHECK_FALSE(answers[0].has_value());
      CHECK(answers[1]->hub.messages == 2);
    });
    network.advance(std::chrono::milliseconds(900));
    CHECK(called == 0);
    network.advance(std::chrono::milliseconds(200));
    CHECK(called == 1);
    for (const auto& action : deaf.kept) action();
    network.run_until_idle();
    CHECK(called == 1);
  }
}
