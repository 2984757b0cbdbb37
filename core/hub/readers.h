#pragma once

// How many members of all rooms of all workers read each encoding, so that nothing is framed for
// nobody. Shared by all shards, any thread.

#include <array>
#include <atomic>
#include <cstddef>

#include "core/session/encoding.h"

namespace wsb::hub {

class Readers {
 public:
  void add(session::Encoding encoding) { ++counts_[session::index_of(encoding)]; }
  void remove(session::Encoding encoding, std::size_t count) {
    counts_[session::index_of(encoding)] -= count;
  }
  [[nodiscard]] bool any(session::Encoding encoding) const {
    return counts_[session::index_of(encoding)].load(std::memory_order_relaxed) > 0;
  }

 private:
  std::array<std::atomic<std::size_t>, session::kEncodings> counts_{};
};

}  // namespace wsb::hub
