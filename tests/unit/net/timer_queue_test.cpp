#include "core/net/timer_queue.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace wsb::net {
namespace {

TimePoint at(int nanoseconds) { return TimePoint(Duration(nanoseconds)); }

}  // namespace

TEST_CASE("timers run in the order of their times, equal ones in the order of adding") {
  TimerQueue queue;
  std::string ran;
  queue.add(at(30), [&] { ran += 'c'; });
  queue.add(at(10), [&] { ran += 'a'; });
  queue.add(at(20), [&] { ran += 'b'; });
  queue.add(at(20), [&] { ran += 'B'; });
  CHECK(queue.next() == at(10));
  queue.run_due(at(9));
  CHECK(ran.empty());
  queue.run_due(at(20));
  CHECK(ran == "abB");
  CHECK(queue.next() == at(30));
  queue.run_due(at(1000));
  CHECK(ran == "abBc");
  CHECK(queue.next() == std::nullopt);
  CHECK(queue.size() == 0);
}

TEST_CASE("a cancelled timer does not run, and is no longer the next one") {
  TimerQueue queue;
  std::string ran;
  const TimerId first = queue.add(at(1), [&] { ran += 'a'; });
  queue.add(at(2), [&] { ran += 'b'; });
  queue.cancel(first);
  CHECK(queue.next() == at(2));
  CHECK(queue.size() == 1);
  queue.run_due(at(5));
  CHECK(ran == "b");
}

TEST_CASE("cancelling twice, cancelling a fired timer and cancelling no timer do nothing") {
  TimerQueue queue;
  int ran = 0;
  const TimerId fired = queue.add(at(1), [&] { ++ran; });
  queue.run_due(at(1));
  queue.cancel(fired);
  queue.cancel(fired);
  queue.cancel(TimerId{});
  // The slot is used again; the old name must not reach the new timer.
  queue.add(at(2), [&] { ++ran; });
  queue.cancel(fired);
  queue.run_due(at(2));
  CHECK(ran == 2);
}

TEST_CASE("a timer added by a timer waits for the next turn although it is due") {
  TimerQueue queue;
  std::string ran;
  queue.add(at(1), [&] {
    ran += 'a';
    queue.add(at(0), [&] { ran += 'b'; });
  });
  queue.run_due(at(5));
  CHECK(ran == "a");
  queue.run_due(at(5));
  CHECK(ran == "ab");
}

TEST_CASE("a timer may cancel another one that is due in the same turn") {
  TimerQueue queue;
  std::string ran;
  TimerId second;
  queue.add(at(1), [&] {
    ran += 'a';
    queue.cancel(second);
  });
  second = queue.add(at(2), [&] { ran += 'b'; });
  queue.run_due(at(5));
  CHECK(ran == "a");
  CHECK(queue.size() == 0);
}

TEST_CASE("thousands of random timers, half of them cancelled, run sorted") {
  TimerQueue queue;
  std::mt19937 random(7);
  std::vector<int> ran;
  std::vector<TimerId> ids;
  constexpr int kTimers = 4000;
  for (int i = 0; i < kTimers; ++i) {
    const int when = static_cast<int>(random() % 1000);
    ids.push_back(queue.add(at(when), [&ran, when] { ran.push_back(when); }));
  }
  for (std::size_t i = 0; i < ids.size(); i += 2) queue.cancel(ids[i]);
  CHECK(queue.size() == kTimers / 2);
  for (int now = 0; now <= 1000; now += 10) queue.run_due(at(now));
  CHECK(ran.size() == kTimers / 2);
  CHECK(std::is_sorted(ran.begin(), ran.end()));
}

}  // namespace wsb::net
