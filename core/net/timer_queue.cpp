#include "core/net/timer_queue.h"

#include <algorithm>
#include <utility>

namespace wsb::net {
namespace {

constexpr std::size_t kCompactAbove = 64;  // cancelled entries are not worth a sweep below that

std::uint32_t slot_of(TimerId timer) { return static_cast<std::uint32_t>(timer.value); }
std::uint32_t generation_of(TimerId timer) {
  return static_cast<std::uint32_t>(timer.value >> 32U);
}

}  // namespace

bool TimerQueue::later(const Entry& a, const Entry& b) {
  return a.when != b.when ? a.when > b.when : a.order > b.order;
}

TimerQueue::Slot* TimerQueue::find(TimerId timer) {
  const std::uint32_t index = slot_of(timer);
  if (index >= slots_.size()) return nullptr;
  Slot& slot = slots_[index];
  return slot.used && slot.generation == generation_of(timer) ? &slot : nullptr;
}

TimerId TimerQueue::add(TimePoint when, std::function<void()> action) {
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t index = free_slots_.back();
  free_slots_.pop_back();
  Slot& slot = slots_[index];
  slot.action = std::move(action);
  slot.used = true;
  const TimerId id{(std::uint64_t{slot.generation} << 32U) | index};
  heap_.push_back({when, added_++, id});
  std::push_heap(heap_.begin(), heap_.end(), later);
  ++live_;
  return id;
}

void TimerQueue::release(TimerId timer) {
  Slot& slot = slots_[slot_of(timer)];
  slot.used = false;
  if (++slot.generation == 0) slot.generation = 1;  // TimerId{} must name no timer
  free_slots_.push_back(slot_of(timer));
  --live_;
}

void TimerQueue::cancel(TimerId timer) {
  Slot* slot = find(timer);
  if (slot == nullptr) return;
  // Destroyed last: what the action captured may come back here.
  const std::function<void()> dropped = std::exchange(slot->action, nullptr);
  release(timer);
  if (heap_.size() > kCompactAbove && heap_.size() > 2 * live_) compact();
}

void TimerQueue::compact() {
  std::erase_if(heap_, [this](const Entry& entry) { return find(entry.id) == nullptr; });
  std::make_heap(heap_.begin(), heap_.end(), later);
}

void TimerQueue::pop_top() {
  std::pop_heap(heap_.begin(), heap_.end(), later);
  heap_.pop_back();
}

void TimerQueue::drop_cancelled_top() {
  while (!heap_.empty() && find(heap_.front().id) == nullptr) pop_top();
}

std::optional<TimePoint> TimerQueue::next() {
  drop_cancelled_top();
  if (heap_.empty()) return std::nullopt;
  return heap_.front().when;
}

void TimerQueue::run_due(TimePoint now) {
  std::vector<Entry> due = std::exchange(due_, {});
  for (drop_cancelled_top(); !heap_.empty() && heap_.front().when <= now; drop_cancelled_top()) {
    due.push_back(heap_.front());
    pop_top();
  }
  for (const Entry& entry : due) {
    Slot* slot = find(entry.id);
    if (slot == nullptr) continue;  // cancelled by an action before it
    const std::function<void()> action = std::exchange(slot->action, nullptr);
    release(entry.id);
    action();
  }
  due.clear();
  due_ = std::move(due);
}

}  // namespace wsb::net
