#include "core/base/mailbox.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

using namespace wsb;

namespace {

template <class T>
std::vector<T> drained(Mailbox<T>& mailbox) {
  std::vector<T> messages;
  mailbox.drain([&](T message) { messages.push_back(std::move(message)); });
  return messages;
}

// What a loop does when it sleeps until it is woken.
class Wakeup {
 public:
  void wake() {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    condition_.notify_one();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    condition_.wait(lock, [this] { return woken_; });
    woken_ = false;
  }

 private:
  std::mutex mutex_;
  std::condition_variable condition_;
  bool woken_ = false;
};

}  // namespace

TEST_CASE("messages come out once, in the order they were posted") {
  Mailbox<int> mailbox(8, [] {});
  CHECK(mailbox.post(1));
  CHECK(mailbox.post(2));
  CHECK(drained(mailbox) == std::vector<int>{1, 2});
  CHECK(drained(mailbox).empty());
}

TEST_CASE("a burst wakes the reader once, and again after it was drained") {
  int wakes = 0;
  Mailbox<int> mailbox(8, [&] { ++wakes; });
  CHECK(mailbox.post(1));
  CHECK(mailbox.post(2));
  CHECK(wakes == 1);
  CHECK(drained(mailbox).size() == 2);
  CHECK(mailbox.post(3));
  CHECK(wakes == 2);
}

TEST_CASE("a full mailbox refuses, counts what it refused, and takes messages again when drained") {
  Mailbox<int> mailbox(2, [] {});
  CHECK(mailbox.post(1));
  CHECK(mailbox.post(2));
  CHECK_FALSE(mailbox.post(3));
  CHECK_FALSE(mailbox.post(4));
  CHECK(mailbox.refused() == 2);
  CHECK(drained(mailbox) == std::vector<int>{1, 2});
  CHECK(mailbox.post(5));
  CHECK(drained(mailbox) == std::vector<int>{5});
  CHECK(mailbox.refused() == 2);
}

TEST_CASE("what is posted while draining waits for the next time, and wakes the reader for it") {
  int wakes = 0;
  Mailbox<int> mailbox(8, [&] { ++wakes; });
  CHECK(mailbox.post(1));
  std::vector<int> seen;
  mailbox.drain([&](int message) {
    seen.push_back(message);
    CHECK(mailbox.post(message + 1));
  });
  CHECK(seen == std::vector<int>{1});
  CHECK(wakes == 2);
  CHECK(drained(mailbox) == std::vector<int>{2});
}

TEST_CASE("a message that can only be moved goes through") {
  Mailbox<std::unique_ptr<int>> mailbox(1, [] {});
  CHECK(mailbox.post(std::make_unique<int>(9)));
  const auto messages = drained(mailbox);
  REQUIRE(messages.size() == 1);
  CHECK(*messages[0] == 9);
}

TEST_CASE("two posting threads lose nothing and keep their own order") {
  constexpr int kEach = 20'000;
  Wakeup wakeup;
  Mailbox<int> mailbox(2 * kEach, [&] { wakeup.wake(); });
  std::atomic<int> refused = 0;
  const auto post_all = [&](int first) {
    for (int i = 0; i < kEach; ++i) {
      if (!mailbox.post(first + i)) ++refused;
    }
  };
  std::thread low([&] { post_all(0); });
  std::thread high([&] { post_all(1'000'000); });

  int next_low = 0;
  int next_high = 1'000'000;
  int out_of_order = 0;
  while (next_low + next_high < 2 * kEach + 1'000'000) {
    wakeup.wait();
    mailbox.drain([&](int message) {
      int& next = message < 1'000'000 ? next_low : next_high;
      if (message != next) ++out_of_order;
      ++next;
    });
  }
  low.join();
  high.join();
  CHECK(refused == 0);
  CHECK(out_of_order == 0);
  CHECK(next_low == kEach);
  CHECK(next_high == 1'000'000 + kEach);
  CHECK(mailbox.refused() == 0);
}
