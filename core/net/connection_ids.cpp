#include "core/net/connection_ids.h"

#include "core/base/check.h"

namespace wsb::net {

ConnectionId ConnectionIds::take() {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  Slot& slot = slots_[index];
  const std::uint32_t next = (slot.generation + 1) % kGenerations;
  slot.generation = space_ + (next == 0 ? 1 : next);  // 0 names no connection
  slot.live = true;
  return {index, slot.generation};
}

void ConnectionIds::give_back(ConnectionId id) {
  WSB_CHECK(is_live(id));
  slots_[id.slot].live = false;
  free_.push_back(id.slot);
}

bool ConnectionIds::is_live(ConnectionId id) const {
  return id.slot < slots_.size() && slots_[id.slot].live &&
         slots_[id.slot].generation == id.generation;
}

}  // namespace wsb::net
