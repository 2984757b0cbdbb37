#include "core/net/outbox.h"

#include <utility>

namespace wsb::net {
namespace {

constexpr std::size_t kCompactAbove = 64;

}  // namespace

bool Outbox::full_for(std::size_t bytes) const {
  const std::size_t limit = limits_->max_bytes.bytes;
  if (empty()) return false;
  if (limits_->policy == SlowReaderPolicy::disconnect) return bytes_ >= limit;
  return bytes_ + bytes > limit;
}

Outbox::Verdict Outbox::push(Entry entry, TimePoint now) {
  Verdict verdict = Verdict::queued;
  if (full_for(entry.bytes)) {
    switch (limits_->policy) {
      case SlowReaderPolicy::disconnect: return Verdict::disconnect;
      case SlowReaderPolicy::drop_newest:
        dropped_messages_ += entry.messages;
        return Verdict::dropped;
      case SlowReaderPolicy::drop_oldest:
        verdict = Verdict::dropped;
        if (!make_room(entry.bytes)) {
          dropped_messages_ += entry.messages;
          return verdict;
        }
        break;
    }
  }
  entry.queued = now;
  bytes_ += entry.bytes;
  entries_.push_back(std::move(entry));
  return verdict;
}

// False: what is sent in part stays, and leaves no room.
bool Outbox::make_room(std::size_t bytes) {
  const std::size_t limit = limits_->max_bytes.bytes;
  const bool started = front()->sent > 0;
  if (started && front()->bytes + bytes > limit) return false;
  while (!empty() && bytes_ + bytes > limit) {
    // The one that follows is dropped in its place.
    if (started) std::swap(entries_[head_], entries_[head_ + 1]);
    dropped_messages_ += front()->messages;
    pop_front();
  }
  return true;
}

bool Outbox::overdue(TimePoint now) const {
  return !empty() && limits_->max_age > Duration::zero() &&
         now - front()->queued > limits_->max_age;
}

const Outbox::Entry* Outbox::front() const { return empty() ? nullptr : &entries_[head_]; }

void Outbox::pop_front() {
  bytes_ -= entries_[head_].bytes;
  entries_[head_].batch.reset();
  ++head_;
  if (empty()) {
    release();
  } else if (head_ >= kCompactAbove && head_ * 2 > entries_.size()) {
    entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
}

bool Outbox::advance(std::size_t bytes) {
  Entry& entry = entries_[head_];
  entry.sent += bytes;
  entry.bytes -= bytes;
  bytes_ -= bytes;
  if (entry.bytes > 0) return false;
  pop_front();
  return true;
}

void Outbox::clear() {
  for (std::size_t i = head_; i < entries_.size(); ++i) dropped_messages_ += entries_[i].messages;
  release();
}

void Outbox::release() {
  std::vector<Entry>().swap(entries_);
  head_ = 0;
  bytes_ = 0;
}

}  // namespace wsb::net
