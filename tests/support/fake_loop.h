#pragma once

// A loop that turns virtual time, shared by all loops of one FakeRuntime and moved by it.
// Deterministic and single-threaded: what happens is timers, in the order of their times. One turn
// runs everything that is due, then what was posted, then the end of the turn, as the real loop
// does.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "core/base/random.h"
#include "core/net/client_pool.h"
#include "core/net/connection_ids.h"
#include "core/net/loop.h"
#include "core/net/timer_queue.h"

namespace wsb::net {

class FakeRuntime;

// Random bytes that are the same in every run (splitmix64).
class FakeRandom final : public RandomSource {
 public:
  explicit FakeRandom(std::uint64_t seed) : state_(seed) {}
  void fill(void* out, std::size_t size) override;
  [[nodiscard]] std::uint64_t next();
  [[nodiscard]] double next_fraction();                       // [0, 1)
  [[nodiscard]] std::uint64_t next_below(std::uint64_t end);  // [0, end)

 private:
  std::uint64_t state_;
};

// What lives on a loop and wants its turns and its end.
class FakeGuest {
 public:
  virtual ~FakeGuest() = default;
  virtual void turn_ended() = 0;
  virtual void loop_ending() = 0;
};

class FakeLoop final : public Loop {
 public:
  FakeLoop(FakeRuntime& runtime, RandomSource& random, std::uint32_t number);
  ~FakeLoop() override;

  [[nodiscard]] TimePoint now() const override;
  TimerId schedule(TimePoint when, std::function<void()> action) override;
  void cancel(TimerId timer) override;
  [[nodiscard]] bool post(std::function<void()> action) override;
  void watch_readable(int fd, std::function<void()> ready) override;
  void unwatch(int fd) override;
  void set_turn_end(TurnEnd* turn_end) override { turn_end_ = turn_end; }
  // Turns all loops of the runtime until this one is stopped.
  void run() override;
  void stop() override { stopping_ = true; }

  // For tests: what a watched descriptor does.
  void make_readable(int fd);
  // The loop's thread gets no processor until then: what is due waits.
  void pause_until(TimePoint when) { paused_until_ = when; }

  // For the runtime.
  [[nodiscard]] std::optional<TimePoint> next_event();
  void turn();
  [[nodiscard]] ConnectionIds& ids() override { return ids_; }
  [[nodiscard]] ClientPool& clients() { return clients_; }
  void add_guest(FakeGuest& guest) { guests_.push_back(&guest); }
  void remove_guest(FakeGuest& guest) { std::erase(guests_, &guest); }

 private:
  void end_turn();
  void end();

  FakeRuntime& runtime_;
  TimerQueue timers_;
  std::vector<std::function<void()>> posted_;
  std::map<int, std::function<void()>> watches_;
  TurnEnd* turn_end_ = nullptr;
  std::vector<FakeGuest*> guests_;
  ConnectionIds ids_;
  ClientPool clients_;
  TimePoint paused_until_{};
  bool stopping_ = false;
  bool ended_ = false;
};

}  // namespace wsb::net
