#include "core/hub/inbox.h"

namespace wsb::hub {

Inbox::Inbox(const InboxLimits& limits, std::function<bool()> wake)
    : limits_(limits), wake_(std::move(wake)) {}

bool Inbox::post(Parcel parcel) {
  const bool answer = parcel.batch == nullptr;
  const std::size_t bytes = answer ? 0 : parcel.batch->plain().bytes.size();
  {
    const std::lock_guard lock(mutex_);
    const bool too_many = waiting_.size() >= limits_.max_parcels;
    const bool too_large = !waiting_.empty() && waiting_bytes_ + bytes > limits_.max_bytes;
    if (!answer && (too_many || too_large)) return false;
    waiting_.push_back(std::move(parcel));
    waiting_bytes_ += bytes;
    if (std::exchange(woken_, true)) return true;
  }
  if (!wake_()) {
    const std::lock_guard lock(mutex_);
    woken_ = false;
  }
  return true;
}

void Inbox::take_all() {
  const std::lock_guard lock(mutex_);
  taken_.swap(waiting_);
  waiting_bytes_ = 0;
  woken_ = false;
}

}  // namespace wsb::hub
