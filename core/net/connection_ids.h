#pragma once

// Hands out the ConnectionIds of one loop: slots are used again, latest first, generations are not.
// Loops of different numbers give different ids, so that an id names a connection of the process to
// whoever gets it by mail. One loop's thread.

#include <cstdint>
#include <vector>

#include "core/net/connection_id.h"

namespace wsb::net {

class ConnectionIds {
 public:
  // Numbers that are equal modulo kLoops give equal ids.
  static constexpr std::uint32_t kLoops = 256;
  explicit ConnectionIds(std::uint32_t loop = 0) : space_(loop % kLoops * kGenerations) {}

  [[nodiscard]] ConnectionId take();
  // Once for each id that was taken.
  void give_back(ConnectionId id);
  [[nodiscard]] bool is_live(ConnectionId id) const;

 private:
  static constexpr std::uint32_t kGenerations = std::uint32_t{1} << 24U;  // of a slot, then anew
  struct Slot {
    std::uint32_t generation = 0;
    bool live = false;
  };
  const std::uint32_t space_;  // where the loop's generations begin
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace wsb::net
