#include "core/hub/inbox.h"

namespace wsb::hub {

Inbox::Inbox(const InboxLimits& limits, std::function<bool()> wake)
    : limits_(limits), wake_(std::move(wake)) {}

namespace {

std::size_t bytes_of(const Parcel& parcel) {
  if (parcel.batch != nullptr) return parcel.batch->memory_bytes();
  if (parcel.mail == nullptr) return 0;
  std::size_t bytes = 0;
  if (const auto* publications = std::get_if<Publications>(parcel.mail.get())) {
    for (const Publication& publication : *publications) {
      bytes += sizeof publication + publication.payload.size();
      for (const Bytes& attachment : publication.attachments) {
        bytes += sizeof attachment + attachment.size();
      }
    }
  }
  return bytes;
}

bool may_be_refused(const Parcel& parcel) {
  if (parcel.mail != nullptr) return std::holds_alternative<Publications>(*parcel.mail);
  return parcel.batch != nullptr;
}

}  // namespace

bool Inbox::post(Parcel parcel) {
  const std::size_t bytes = bytes_of(parcel);
  {
    const std::lock_guard lock(mutex_);
    const bool too_many = waiting_.size() >= limits_.max_parcels;
    const bool too_large = !waiting_.empty() && waiting_bytes_ + bytes > limits_.max_bytes;
    if ((too_many || too_large) && may_be_refused(parcel)) return false;
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
