#include "core/net/lws/lws_loop.h"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "core/net/lws/log_bridge.h"

namespace wsb::net {
namespace {

std::unique_ptr<LwsLoop> make_loop(std::mutex& global) {
  route_lws_log(nullptr);
  auto loop = LwsLoop::create(global);
  REQUIRE(loop);
  return std::move(loop).value();
}

// Ends a test that would hang.
void stop_after(LwsLoop& loop, Duration patience) {
  loop.schedule(loop.now() + patience, [&loop] {
    FAIL_CHECK("the test took too long");
    loop.stop();
  });
}

class CountingTurnEnd final : public TurnEnd {
 public:
  std::size_t pending_bytes() const override { return pending; }
  void flush() override {
    ++flushes;
    pending = 0;
    if (after_flush) after_flush();
  }
  std::size_t pending = 0;
  int flushes = 0;
  std::function<void()> after_flush;
};

}  // namespace

TEST_CASE("a loop that never ran ends cleanly") {
  std::mutex global;
  const auto loop = make_loop(global);
  CHECK(loop->post([] {}));
}

TEST_CASE("short of descriptors there is no loop but an error, however many are missing") {
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  std::mutex global;
  // UBSan opens a pipe when it first meets the type of an object.
  CHECK(make_loop(global)->post([] {}));
  const int free = open("/dev/null", O_RDONLY | O_CLOEXEC);
  REQUIRE(free >= 0);
  close(free);
  int made = 0;
  for (int left = 0; left <= 40; ++left) {
    rlimit few = before;
    few.rlim_cur = static_cast<rlim_t>(free + left);
    REQUIRE(setrlimit(RLIMIT_NOFILE, &few) == 0);
    const auto loop = LwsLoop::create(global);
    REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
    if (loop) ++made;
    INFO(left);
    CHECK((loop || loop.error().text().find("Too many open files") != std::string::npos));
    CHECK((left != 0 || !loop));
  }
  CHECK(made > 0);
}

TEST_CASE("stop before run ends run at once") {
  std::mutex global;
  const auto loop = make_loop(global);
  loop->stop();
  loop->run();
  CHECK_FALSE(loop->post([] {}));
}

// The lateness of `count` timers a tenth of a millisecond apart, sorted; they fired in order.
std::vector<Duration> measure_lateness(std::size_t count) {
  std::mutex global;
  const auto loop = make_loop(global);
  stop_after(*loop, 20s);
  std::vector<Duration> lateness;
  const TimePoint start = loop->now() + 5ms;
  for (std::size_t i = count; i-- > 0;) {
    const TimePoint due = start + static_cast<int>(i) * 100us;
    loop->schedule(due, [&, due, i] {
      if (i != lateness.size()) FAIL_CHECK("out of order");
      lateness.push_back(loop->now() - due);
      if (lateness.size() == count) loop->stop();
    });
  }
  loop->run();
  std::sort(lateness.begin(), lateness.end());
  return lateness;
}

TEST_CASE("timers fire in order, never early, and well within a millisecond") {
  Duration best = 1h;
  for (int round = 0; round < 30 && best > 300us; ++round) {  // the machine may be busy
    const std::vector<Duration> lateness = measure_lateness(100);
    REQUIRE(lateness.size() == 100);
    CHECK(lateness.front() >= Duration::zero());
    best = std::min(best, lateness[50]);
  }
  CHECK(best < 300us);
}

TEST_CASE("a timer in the past fires, but not inside schedule") {
  std::mutex global;
  const auto loop = make_loop(global);
  stop_after(*loop, 20s);
  std::string order;
  loop->schedule(TimePoint{}, [&] {
    loop->schedule(TimePoint{}, [&] {
      order += 'b';
      loop->stop();
    });
    order += 'a';
  });
  loop->run();
  CHECK(order == "ab");
}

TEST_CASE("a cancelled timer does not fire") {
  std::mutex global;
  const auto loop = make_loop(global);
  stop_after(*loop, 20s);
  bool fired = false;
  const TimerId timer = loop->schedule(loop->now() + 1ms, [&] { fired = true; });
  loop->schedule(loop->now() + 5ms, [&] { loop->stop(); });
  loop->cancel(timer);
  loop->run();
  CHECK_FALSE(fired);
}

TEST_CASE("other threads post work to the loop's thread, in order, none lost") {
  std::mutex global;
  const auto loop = make_loop(global);
  stop_after(*loop, 20s);
  constexpr int kThreads = 4;
  constexpr int kPosts = 5000;
  std::vector<int> last(kThreads, -1);
  int received = 0;
  const std::thread::id loop_thread = std::this_thread::get_id();
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kPosts; ++i) {
        const bool taken = loop->post([&, t, i] {
          if (std::this_thread::get_id() != loop_thread) FAIL_CHECK("wrong thread");
          if (last[t] != i - 1) FAIL_CHECK("out of order");
          last[t] = i;
          if (++received == kThreads * kPosts) loop->stop();
        });
        if (!taken) FAIL_CHECK("refused");
      }
    });
  }
  loop->run();
  for (std::thread& thread : threads) thread.join();
  CHECK(received == kThreads * kPosts);
}

TEST_CASE("the turn's end is called once for what became ready in the turn") {
  std::mutex global;
  const auto loop = make_loop(global);
  stop_after(*loop, 20s);
  CountingTurnEnd turn_end;
  loop->set_turn_end(&turn_end);
  turn_end.after_flush = [&] { loop->stop(); };
  CHECK(loop->post([&] { turn_end.pending += 1; }));
  CHECK(loop->post([&] { turn_end.pending += 1; }));
  loop->run();
  CHECK(turn_end.flushes == 1);
}

TEST_CASE("a readable file descriptor is told until it is unwatched") {
  std::mutex global;
  const auto loop = make_loop(global);
  stop_after(*loop, 20s);
  const int fd = eventfd(1, EFD_CLOEXEC);
  REQUIRE(fd >= 0);
  const int flags = fcntl(fd, F_GETFL);
  int calls = 0;
  loop->watch_readable(fd, [&] {
    if (++calls == 3) {
      loop->unwatch(fd);
      loop->schedule(loop->now() + 2ms, [&] { loop->stop(); });
    }
  });
  CHECK(fcntl(fd, F_GETFL) == flags);
  loop->run();
  CHECK(calls == 3);
  close(fd);
}

TEST_CASE("/dev/null is readable in every turn") {
  std::mutex global;
  const auto loop = make_loop(global);
  stop_after(*loop, 20s);
  const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  REQUIRE(fd >= 0);
  int calls = 0;
  loop->watch_readable(fd, [&] {
    if (++calls == 3) {
      loop->unwatch(fd);
      loop->stop();
    }
  });
  loop->run();
  CHECK(calls == 3);
  close(fd);
}

TEST_CASE("loops on several threads start and end at the same time") {
  std::mutex global;
  route_lws_log(nullptr);
  std::vector<std::thread> threads;
  std::atomic<int> ran{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int round = 0; round < 5; ++round) {
        auto loop = LwsLoop::create(global);
        if (!loop) return;
        LwsLoop& own = **loop;
        own.schedule(own.now() + 1ms, [&] {
          ++ran;
          own.stop();
        });
        own.run();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(ran == 20);
}

}  // namespace wsb::net
