#pragma once

// Names a connection of one loop for as long as anybody may still speak of it: a slot that is used
// again, and a generation that is not, so a late message to a dead connection is a lookup miss.

#include <compare>
#include <cstdint>

namespace wsb::net {

struct ConnectionId {
  std::uint32_t slot = 0;        // dense, fit for indexing a vector
  std::uint32_t generation = 0;  // 0 names no connection
  auto operator<=>(const ConnectionId&) const = default;
  [[nodiscard]] bool valid() const { return generation != 0; }
};

}  // namespace wsb::net
