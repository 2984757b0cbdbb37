#pragma once

// Hands out the ConnectionIds of one loop: slots are used again, latest first, generations are not.
// One loop's thread.

#include <cstdint>
#include <vector>

#include "core/net/connection_id.h"

namespace wsb::net {

class ConnectionIds {
 public:
  [[nodiscard]] ConnectionId take();
  // Once for each id that was taken.
  void give_back(ConnectionId id);
  [[nodiscard]] bool is_live(ConnectionId id) const;

 private:
  struct Slot {
    std::uint32_t generation = 0;
    bool live = false;
  };
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace wsb::net
