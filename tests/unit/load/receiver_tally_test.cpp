#include "core/load/receiver_tally.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

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

// The first `count` of the steady messages, but for those whose index `skip` names.
SentBook book(const RunPlan& run, std::uint64_t count = 20, std::uint32_t publishers = 1,
              const std::function<bool(std::uint64_t)>& skip = {}) {
  SentBook sent(publishers);
  for (std::uint64_t i = run.steady_first(); i < run.steady_first() + count; ++i) {
    if (!skip || !skip(i)) sent.sent(run.publisher_of(i), run.seq_of(i));
  }
  return sent;
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
  [[nodiscard]] TallyBalance balance() const { return tally.balance(book(run)); }
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
  const auto balance = fixture.balance();
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

TEST_CASE("a lag too long for the token is counted, and leaves no service time") {
  const struct {
    Duration lag;
    std::uint64_t unknown;
  } cases[] = {{16777214us, 0}, {16777215us, 1}, {20s, 1}, {2h, 1}};
  for (const auto& each : cases) {
    Fixture fixture(1);
    INFO(each.lag.count());
    fixture.tally.message(0, payload(fixture.run, 12, each.lag),
                          fixture.run.pacer().intended(12) + each.lag + 1ms);
    CHECK(fixture.tally.delivery().max() == each.lag + 1ms);
    CHECK(fixture.tally.counts().received == 1);
    CHECK(fixture.tally.counts().lag_unknown == each.unknown);
    CHECK(fixture.tally.service().count() == 1 - each.unknown);
    if (each.unknown == 0) CHECK(fixture.tally.service().max() == 1ms);
  }
}

TEST_CASE("a delivery above an hour is counted as one, its maximum exact") {
  Fixture fixture(1);
  fixture.deliver(0, 12, 90min);
  CHECK(fixture.tally.delivery().overflow() == 1);
  CHECK(fixture.tally.delivery().max() == 90min);
}

TEST_CASE("a message that does not come is lost at that receiver alone") {
  Fixture fixture;
  fixture.deliver_all_but(0, 15);
  fixture.deliver_all_but(1, 999);
  CHECK(fixture.balance().lost == 1);
  CHECK(fixture.tally.spreads()[5].copies == 1);
  CHECK(fixture.tally.spreads()[6].copies == 2);
}

TEST_CASE("a loss and a duplicate do not cancel") {
  Fixture fixture(1);
  fixture.deliver_all_but(0, 15);
  fixture.deliver(0, 29);
  CHECK(fixture.tally.counts().duplicates == 1);
  CHECK(fixture.balance().lost == 1);
  CHECK(fixture.tally.delivery().count() == 19);
}

TEST_CASE("a message behind a later one is received, and reordered") {
  Fixture fixture(1);
  fixture.deliver_all_but(0, 15);
  fixture.deliver(0, 15, 2s);
  CHECK(fixture.tally.counts().reordered == 1);
  CHECK(fixture.tally.counts().received == 20);
  CHECK(fixture.balance().lost == 0);
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
  const auto balance = fixture.balance();
  CHECK(balance.expected == 5 + 20);
  CHECK(balance.lost == 1);
  CHECK(balance.not_connected == 15);
}

TEST_CASE("a receiver that ended before the steady phase expects nothing") {
  Fixture fixture(1);
  fixture.tally.ended(0, kStart + 500ms);
  CHECK(fixture.balance().expected == 0);
  CHECK(fixture.balance().not_connected == 20);
}

TEST_CASE("a receiver that ended after the last message expects all of them") {
  Fixture fixture(1);
  fixture.deliver_all_but(0, 20);
  fixture.tally.ended(0, kStart + 1h);
  CHECK(fixture.balance().expected == 20);
  CHECK(fixture.balance().lost == 1);
}

// Two publishers in turn, 20 messages: even indexes are the first one's. The first index that did
// not leave because its publisher had ended, and the last index that each receiver got before its
// end; 999: never.
struct BooksCase {
  const char* name;
  std::uint64_t publisher_ends;
  std::uint64_t receiver_ends;
  std::vector<std::uint64_t> lost_indexes;
  std::uint64_t sent;
  TallyBalance balance;  // of two receivers, the other of which stays and loses nothing
};

TEST_CASE("expected, received, lost and not connected add up whoever ends, and when") {
  const BooksCase cases[] = {
      {"nobody ends", 999, 999, {}, 20, {40, 0, 0}},
      {"nobody ends, two are lost", 999, 999, {12, 13}, 20, {40, 2, 0}},
      {"a publisher ends", 20, 999, {}, 15, {30, 0, 0}},
      {"a publisher ends, one of its messages and one later are lost",
       20,
       999,
       {12, 25},
       15,
       {30, 2, 0}},
      {"a receiver ends", 999, 20, {}, 20, {30, 0, 10}},
      {"a receiver ends, its last two messages are lost", 999, 20, {18, 19}, 20, {30, 2, 10}},
      {"a publisher ends before a receiver", 14, 20, {}, 12, {12 + 7, 0, 5}},
      {"a publisher ends before a receiver, which lost one", 14, 20, {15}, 12, {12 + 7, 1, 5}},
      {"a receiver ends before a publisher", 24, 20, {}, 17, {17 + 10, 0, 7}},
      {"both at once", 20, 20, {11}, 15, {15 + 10, 1, 5}},
      {"the receiver before the steady phase", 14, 5, {}, 12, {12, 0, 12}},
  };
  for (const BooksCase& each : cases) {
    INFO(each.name);
    Fixture fixture(2, 2);
    const auto unsent = [&](std::uint64_t i) { return i % 2 == 0 && i >= each.publisher_ends; };
    for (std::uint64_t i = 0; i < fixture.run.end(); ++i) {
      if (unsent(i)) continue;
      const bool lost = std::count(each.lost_indexes.begin(), each.lost_indexes.end(), i) > 0;
      if (i < each.receiver_ends && !lost) fixture.deliver(0, i);
      fixture.deliver(1, i);
    }
    if (each.receiver_ends != 999) {
      fixture.tally.ended(0, fixture.run.pacer().intended(each.receiver_ends));
    }
    const auto sent = book(fixture.run, 20, 2, unsent);
    const auto balance = fixture.tally.balance(sent);
    CHECK(sent.total() == each.sent);
    CHECK(balance.expected == each.balance.expected);
    CHECK(balance.lost == each.balance.lost);
    CHECK(balance.not_connected == each.balance.not_connected);
    CHECK(balance.expected == fixture.tally.counts().received + balance.lost);
    CHECK(balance.expected + balance.not_connected == 2 * sent.total());
  }
}

TEST_CASE("what a receiver got in the instant of its end makes up for nothing lost before") {
  Fixture fixture(1);
  for (std::uint64_t i = 10; i < 20; ++i) {
    if (i != 12) fixture.deliver(0, i);
  }
  fixture.deliver(0, 20, 0ms);
  fixture.tally.ended(0, fixture.run.pacer().intended(20));
  CHECK(fixture.balance().expected == 11);
  CHECK(fixture.balance().lost == 1);
  CHECK(fixture.balance().not_connected == 9);
}

TEST_CASE("what receivers got whose connection has ended is known apart") {
  Fixture fixture;
  for (std::uint64_t i = 0; i < 15; ++i) fixture.deliver(0, i);
  fixture.deliver_all_but(1, 999);
  CHECK(fixture.tally.received_by_ended() == 0);
  fixture.tally.ended(0, fixture.run.pacer().intended(15));
  CHECK(fixture.tally.received_by_ended() == 5);
}

TEST_CASE("receivers that never opened do not count, and messages not sent are not lost") {
  ReceiverTally tally(kRun, 1, 3);
  tally.opened(0);
  tally.begin(plan());
  CHECK(tally.opened_receivers() == 1);
  CHECK(tally.balance(book(plan(), 7)).expected == 7);
  CHECK(tally.balance(book(plan(), 7)).lost == 7);
  CHECK(tally.balance(book(plan(), 0)).expected == 0);
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
