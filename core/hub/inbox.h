#pragma once

// Batches on their way to one worker from all the others: bounded in number and in bytes, since a
// worker that falls behind must not take the memory of all. What does not fit is refused, and the
// poster counts it. Owned by its worker; post() on any thread, drain() on the owner's.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "core/base/limits.h"
#include "core/hub/mail.h"
#include "core/hub/room_set.h"
#include "core/net/batch.h"
#include "core/session/encoding.h"

namespace wsb::hub {

struct Parcel {
  session::Encoding encoding = session::Encoding::plain;
  net::BatchRef batch;       // nullptr: `mail`, or else the answer to the question, `receivers`
  RoomsRef rooms{};          // that its messages go to
  Question question{};
  std::uint64_t receivers = 0;
  std::shared_ptr<const Mail> mail{};
};

struct InboxLimits {
  std::size_t max_parcels = limits::kMailboxMessages;
  std::size_t max_bytes = limits::kInboxBytes;  // a larger one goes through when alone
};

class Inbox {
 public:
  // `wake` asks the owner to call drain(), on the poster's thread, outside the lock; false when
  // it could not, then the next post tries again.
  Inbox(const InboxLimits& limits, std::function<bool()> wake);
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  // False when full: the parcel is lost. Answers always fit, and who wants to join does too: there
  // are no more than questions, and than clients.
  [[nodiscard]] bool post(Parcel parcel);

  // Parcels posted meanwhile are left for the next call.
  template <class F>
  void drain(F&& handle) {
    take_all();
    for (Parcel& parcel : taken_) handle(std::as_const(parcel));
    taken_.clear();
  }

 private:
  void take_all();

  const InboxLimits limits_;
  const std::function<bool()> wake_;
  std::mutex mutex_;
  std::vector<Parcel> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool woken_ = false;         // the owner was asked and has not come yet
  std::vector<Parcel> taken_;  // the owner's alone
};

}  // namespace wsb::hub
