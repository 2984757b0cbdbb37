#include "core/load/receiver_tally.h"

#include <catch2/catch.hpp>

#include <string>

#include "core/load/token.h"

namespace {

using namespace wsb;
using namespace wsb::load;

constexpr std::uint32_t kRun = 77;
const TimePoint kStart{1000s};

// 10 messages a second; warm-up 1 s, so messages 10 to 29 are steady.
RunPlan plan(std::uint32_t publishers = 1) {
  return {Rate{10}, publishers, kStart, kStart + 1s, kStart + 3s};
}

std::string payload(const RunPlan& run, std::uint64_t index, Duration lag = 0us,
                    std::uint32_t run_id = kRun) {
  std::string text(kTokenBytes + 10, '.');
  write_token(
      text, {run_id, run.publisher_of(index), run.seq_of(index), run.pacer().intended(index), lag});
  return text;
}

std::string probe(std::uint32_t seq) {
  std::string text(kTokenBytes, '.');
  write_token(text, {kRun, 0, seq, kStart - 1s, 0us});
  return text;
}

struct Fixture {
  explicit Fixture(std::size_t receivers = 2, std::uint32_t publishers = 1)
      : run(plan(publishers)), tally(kRun, publishers, receivers) {
    for (std::size_t i = 0; i < receivers; ++i) tally.opened(i);
    tally.begin(run);
  }
  void deliver(std::size_t receiver, std::uint64_t index, Duration latency = 1ms) {
    tally.message(receiver, payload(run, index), run.pacer().intended(index) + latency);
  }
  void deliver_all_but(std::size_t receiver, std::uint64_t missing) {
    for (std::uint64_t i = 0; i < run.end(); ++i) {
      if (i != missing) deliver(receiver, i);
    }
  }

  RunPlan run;
  ReceiverTally tally;
};

TEST_CASE("when every message comes once, nothing is lost, doubled or out of order") {
  Fixture fixture;
  for (std::size_t receiver : {0U, 1U}) fixture.deliver_all_but(receiver, 999);
  const auto& counts = fixture.tally.counts();
  CHECK(counts.received == 40);
  CHECK(counts.duplicates == 0);
  CHECK(counts.reordered == 0);
  CHECK(counts.too_old == 0);
  CHECK(counts.corrupt == 0);
  CHECK(counts.foreign == 0);
  const auto balance = fixture.tally.balance(20);
  CHECK(balance.expected == 40);
  CHECK(balance.lost == 0);
  CHECK(balance.not_connected == 0);
  CHECK(fixture.tally.messages() == 60);
  CHECK(fixture.tally.payload_bytes() == 60 * 69);
}

TEST_CASE(
    "only messages meant to leave in the steady phase are recorded, also when they come later") {
  Fixture fixture(1);
  fixture.deliver(0, 9, 500ms);  // warm-up message that comes in the steady phase
  CHECK(fixture.tally.delivery().count() == 0);
  fixture.deliver(0, 10, 1ms);
  fixture.deliver(0, 29, 4s);   // the last one, in the drain
  fixture.deliver(0, 30, 1ms);  // behind the end of the plan
  CHECK(fixture.tally.counts().received == 2);
  CHECK(fixture.tally.delivery().count() == 2);
  CHECK(fixture.tally.delivery().min() == 1ms);
  CHECK(fixture.tally.delivery().max() == 4s);
}

TEST_CASE("delivery counts from the intended send, service from the actual one") {
  Fixture fixture(1);
  fixture.tally.message(0, payload(fixture.run, 12, 300us), fixture.run.pacer().intended(12) + 1ms);
  CHECK(fixture.tally.delivery().max() == 1ms);
  CHECK(fixture.tally.service().max() == 700us);
}

TEST_CASE("a message that does not come is lost at that receiver alone") {
  Fixture fixture;
  fixture.deliver_all_but(0, 15);
  fixture.deliver_all_but(1, 999);
  CHECK(fixture.tally.balance(20).lost == 1);
  CHECK(fixture.tally.spreads()[5].copies == 1);
  CHECK(fixture.tally.spreads()[6].copies == 2);
}

TEST_CASE("a loss and a duplicate do not cancel") {
  Fixture fixture(1);
  fixture.deliver_all_but(0, 15);
  fixture.deliver(0, 29);
  CHECK(fixture.tally.counts().duplicates == 1);
  CHECK(fixture.tally.balance(20).lost == 1);
  CHECK(fixture.tally.delivery().count() == 19);
}

TEST_CASE("a message behind a later one is received, and reordered") {
  Fixture fixture(1);
  fixture.deliver_all_but(0, 15);
  fixture.deliver(0, 15, 2s);
  CHECK(fixture.tally.counts().reordered == 1);
  CHECK(fixture.tally.counts().received == 20);
  CHECK(fixture.tally.balance(20).lost == 0);
}

TEST_CASE("publishers are told apart") {
  Fixture fixture(1, 2);
  fixture.deliver(0, 11);
  fixture.deliver(0, 10);  // the other publisher's: not out of order
  fixture.deliver(0, 10);
  CHECK(fixture.tally.counts().received == 2);
  CHECK(fixture.tally.counts().reordered == 0);
  CHECK(fixture.tally.counts().duplicates == 1);
}

TEST_CASE("strangers, damaged tokens and plain messages count from the steady phase on") {
  Fixture fixture(1);
  auto damaged = payload(fixture.run, 12);
  damaged[50] = damaged[50] == '0' ? '1' : '0';
  for (const auto now : {kStart + 999ms, kStart + 1s}) {
    fixture.tally.message(0, damaged, now);
    fixture.tally.message(0, payload(fixture.run, 12, 0us, kRun + 1), now);
    fixture.tally.message(0, R"({"type":"welcome"})", now);
  }
  CHECK(fixture.tally.counts().corrupt == 1);
  CHECK(fixture.tally.counts().foreign == 2);
  CHECK(fixture.tally.counts().received == 0);
}

TEST_CASE("a publisher number outside the run is foreign") {
  Fixture fixture(1, 1);
  std::string text(kTokenBytes, '.');
  write_token(text, {kRun, 1, 15, kStart + 1500ms, 0us});
  fixture.tally.message(0, text, kStart + 1500ms);
  CHECK(fixture.tally.counts().foreign == 1);
}

TEST_CASE("after its connection ended a receiver misses messages without losing them") {
  Fixture fixture;
  for (std::uint64_t i = 0; i < 15; ++i) {
    if (i != 12) fixture.deliver(0, i);
  }
  fixture.tally.ended(0, fixture.run.pacer().intended(15));  // 15 to 29 are meant for nobody
  fixture.deliver_all_but(1, 999);
  const auto balance = fixture.tally.balance(20);
  CHECK(balance.expected == 5 + 20);
  CHECK(balance.lost == 1);
  CHECK(balance.not_connected == 15);
}

TEST_CASE("a receiver that ended before the steady phase expects nothing") {
  Fixture fixture(1);
  fixture.tally.ended(0, kStart + 500ms);
  CHECK(fixture.tally.balance(20).expected == 0);
  CHECK(fixture.tally.balance(20).not_connected == 20);
}

TEST_CASE("a receiver that ended after the last message expects all of them") {
  Fixture fixture(1);
  fixture.deliver_all_but(0, 20);
  fixture.tally.ended(0, kStart + 1h);
  CHECK(fixture.tally.balance(20).expected == 20);
  CHECK(fixture.tally.balance(20).lost == 1);
}

TEST_CASE("receivers that never opened do not count, and messages not sent are not lost") {
  ReceiverTally tally(kRun, 1, 3);
  tally.opened(0);
  tally.begin(plan());
  CHECK(tally.opened_receivers() == 1);
  CHECK(tally.balance(7).expected == 7);
  CHECK(tally.balance(7).lost == 7);
  CHECK(tally.balance(0).expected == 0);
}

TEST_CASE("probe messages are counted by number and never recorded") {
  ReceiverTally tally(kRun, 1, 2);
  tally.opened(0);
  tally.opened(1);
  for (std::uint32_t seq = 0; seq < 5; ++seq) {
    tally.message(0, probe(seq), kStart - 1s);
    if (seq != 3) tally.message(1, probe(seq), kStart - 1s);
  }
  CHECK(tally.probe_copies() == std::array<std::uint64_t, 5>{2, 2, 2, 1, 2});
  tally.begin(plan());
  tally.message(1, probe(3), kStart + 2s);
  CHECK(tally.counts().received == 0);
  CHECK(tally.counts().foreign == 0);
}

TEST_CASE("first and last receiver of each message are kept") {
  Fixture fixture(3);
  fixture.deliver(0, 10, 3ms);
  fixture.deliver(1, 10, 1ms);
  fixture.deliver(2, 10, 7ms);
  const auto& spread = fixture.tally.spreads().at(0);
  CHECK(spread.copies == 3);
  CHECK(spread.first == 1ms);
  CHECK(spread.last == 7ms);
}

TEST_CASE("a message from the future is counted as a clock error") {
  Fixture fixture(1);
  fixture.deliver(0, 10, -1us);
  CHECK(fixture.tally.delivery().negative() == 1);
  CHECK(fixture.tally.counts().received == 1);
}

}  // namespace
