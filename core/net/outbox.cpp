#include "core/net/outbox.h"

#include <utility>

namespace wsb::net {
namespace {

constexpr std::size_t kCompactAbove = 64;

}  // namespace

Outbox::Verdict Outbox::push(Entry entry, TimePoint now) {
  const std::size_t limit = limits_->max_bytes.bytes;
  Verdict verdict = Verdict::queued;
  if (!empty() && bytes_ + entry.bytes > limit) {
    switch (limits_->policy) {
      case SlowReaderPolicy::disconnect: return Verdict::disconnect;
      case SlowReaderPolicy::drop_newest:
        dropped_messages_ += entry.messages;
        return Verdict::dropped;
      case SlowReaderPolicy::drop_oldest:
        while (!empty() && bytes_ + entry.bytes > limit) {
          dropped_messages_ += front()->messages;
          pop_front();
        }
        verdict = Verdict::dropped;
        break;
    }
  }
  entry.queued = now;
  bytes_ += entry.bytes;
  entries_.push_back(std::move(entry));
  return verdict;
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
    clear();
  } else if (head_ >= kCompactAbove && head_ * 2 > entries_.size()) {
    entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
}

void Outbox::clear() {
  std::vector<Entry>().swap(entries_);
  head_ = 0;
  bytes_ = 0;
}

}  // namespace wsb::net
