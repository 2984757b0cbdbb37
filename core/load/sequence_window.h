#pragma once

// Which messages of one publisher one receiver has seen: the highest number and a bit for each of
// the 64 up to it, as RTP and IPsec do (RFC 4303 §3.4.3). Tells in order from late, duplicate and
// ahead in constant time and 16 bytes, so a publisher times a million receivers fits.
// Value type, one thread at a time.

#include <cstdint>

namespace wsb::load {

class SequenceWindow {
 public:
  enum class Arrival : std::uint8_t {
    in_order,   // the next one
    ahead,      // later than the next one: those between are missing so far
    late,       // one of the missing, out of order
    duplicate,  // seen before
    too_old,    // more than 63 behind the highest: late or duplicate, which cannot be told any more
  };

  Arrival arrive(std::uint32_t seq) {
    if (seq >= next_) {
      const std::uint64_t advance = std::uint64_t{seq} - next_ + 1;
      seen_ = advance < 64 ? (seen_ << advance) | 1U : 1U;
      next_ = seq + 1;
      return advance == 1 ? Arrival::in_order : Arrival::ahead;
    }
    const std::uint32_t behind = next_ - 1 - seq;
    if (behind > 63) return Arrival::too_old;
    const std::uint64_t bit = std::uint64_t{1} << behind;
    if ((seen_ & bit) != 0) return Arrival::duplicate;
    seen_ |= bit;
    return Arrival::late;
  }

  [[nodiscard]] std::uint32_t next() const { return next_; }

 private:
  std::uint64_t seen_ = 0;  // bit i: next_ - 1 - i was seen
  std::uint32_t next_ = 0;
};

}  // namespace wsb::load
