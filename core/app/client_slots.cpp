#include "core/app/client_slots.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/net/request_origin.h"

namespace wsb::app {

namespace {

constexpr int kBitsOfOneClient = 64;  // of IPv6: who has an address has all that begin like it

}  // namespace

void ClientSlots::Slot::give_back() {
  if (home_ != nullptr) std::exchange(home_, nullptr)->give_back(address_);
}

std::variant<ClientSlots::Slot, ClientSlots::Refusal> ClientSlots::take(std::string_view remote) {
  std::optional<IpAddress> address;
  if (most_per_address_ > 0) address = net::address_of_remote(remote);
  if (address) address = address->truncated(std::min(address->bits(), kBitsOfOneClient));
  if (!take_one()) return Refusal::server_full;
  if (address && !take_of(*address)) {
    --taken_;
    return Refusal::address_full;
  }
  return Slot(*this, address);
}

bool ClientSlots::take_one() {
  if (most_ == 0) {
    ++taken_;
    return true;
  }
  std::uint64_t before = taken_.load();
  while (before < most_) {
    if (taken_.compare_exchange_weak(before, before + 1)) return true;
  }
  return false;
}

bool ClientSlots::take_of(const IpAddress& address) {
  const std::lock_guard lock(mutex_);
  std::uint64_t& count = taken_of_[address];
  if (count >= most_per_address_) return false;
  ++count;
  return true;
}

void ClientSlots::give_back(const std::optional<IpAddress>& address) {
  --taken_;
  if (!address) return;
  const std::lock_guard lock(mutex_);
  const auto found = taken_of_.find(*address);
  WSB_CHECK(found != taken_of_.end());
  if (--found->second == 0) taken_of_.erase(found);
}

}  // namespace wsb::app
