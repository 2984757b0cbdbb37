#include "tests/support/fake_loop.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/base/check.h"
#include "core/base/limits.h"
#include "tests/support/fake_net.h"

namespace wsb::net {

std::uint64_t FakeRandom::next() {
  state_ += 0x9E3779B97F4A7C15ULL;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31U);
}

void FakeRandom::fill(void* out, std::size_t size) {
  char* to = static_cast<char*>(out);
  while (size != 0) {
    const std::uint64_t value = next();
    const std::size_t part = std::min(size, sizeof value);
    std::memcpy(to, &value, part);
    to += part;
    size -= part;
  }
}

double FakeRandom::next_fraction() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

std::uint64_t FakeRandom::next_below(std::uint64_t end) { return next() % end; }

FakeLoop::FakeLoop(FakeRuntime& runtime, RandomSource& random, std::uint32_t number)
    : runtime_(runtime), ids_(number), clients_(*this, ids_, random) {}

FakeLoop::~FakeLoop() {
  if (!ended_) end();
  runtime_.forget(*this);
}

TimePoint FakeLoop::now() const { return runtime_.now(); }

TimerId FakeLoop::schedule(TimePoint when, std::function<void()> action) {
  return timers_.add(when, std::move(action));
}

void FakeLoop::cancel(TimerId timer) { timers_.cancel(timer); }

bool FakeLoop::post(std::function<void()> action) {
  if (ended_ || posted_.size() >= limits::kMailboxMessages) return false;
  posted_.push_back(std::move(action));
  return true;
}

void FakeLoop::watch_readable(int fd, std::function<void()> ready) {
  watches_[fd] = std::move(ready);
}

void FakeLoop::unwatch(int fd) { watches_.erase(fd); }

void FakeLoop::make_readable(int fd) {
  schedule(now(), [this, fd] {
    const auto watch = watches_.find(fd);
    if (watch == watches_.end()) return;
    const std::function<void()> ready = watch->second;  // it may unwatch itself
    ready();
  });
}

std::optional<TimePoint> FakeLoop::next_event() {
  if (ended_) return std::nullopt;
  auto next = stopping_ || !posted_.empty() ? std::optional(now()) : timers_.next();
  if (next) next = std::max(*next, paused_until_);
  return next;
}

void FakeLoop::turn() {
  if (ended_ || now() < paused_until_) return;
  if (stopping_) return end();
  timers_.run_due(now());
  std::vector<std::function<void()>> posted;
  posted.swap(posted_);
  for (const std::function<void()>& action : posted) action();
  end_turn();
}

void FakeLoop::end_turn() {
  if (turn_end_ != nullptr && turn_end_->pending_bytes() != 0) turn_end_->flush();
  clients_.end_of_turn();
  const std::vector<FakeGuest*> guests = guests_;
  for (FakeGuest* guest : guests) guest->turn_ended();
}

void FakeLoop::end() {
  ended_ = true;
  turn_end_ = nullptr;
  clients_.drop_all();
  const std::vector<FakeGuest*> guests = guests_;
  for (FakeGuest* guest : guests) guest->loop_ending();
  posted_.clear();
  watches_.clear();
}

void FakeLoop::run() {
  while (!ended_) {
    const bool something_happens = runtime_.step();
    WSB_CHECK(something_happens);  // nobody is left who could stop the loop
  }
}

}  // namespace wsb::net
