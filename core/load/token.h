#pragma once

// The mark that a measured message carries: who sent it, which one it is, when it was meant to
// leave and how late it really left. 59 ASCII characters of [0-9a-z.], which no JSON, URL or HTML
// escaper changes, so it is found again inside whatever envelope a server puts around it:
//
//   wsb1.<run 8>.<publisher 4>.<seq 8>.<t_sched 14>.<lag 6>.<crc32c 8>.      all hexadecimal
//
// t_sched is in nanoseconds of the monotonic clock, lag in microseconds (ffffff: 16.7 s or longer),
// the CRC covers everything before it. Pure functions, any thread; no allocation.

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/bytes.h"
#include "core/base/time.h"

namespace wsb::load {

inline constexpr std::size_t kTokenBytes = 59;
// What the field for the lag cannot hold any more: the lag is this or longer.
inline constexpr Duration kLagUnknown = std::chrono::microseconds(0xFFFFFF);

struct Token {
  std::uint32_t run = 0;
  std::uint16_t publisher = 0;
  std::uint32_t seq = 0;
  TimePoint scheduled{};  // the intended send
  Duration lag{};         // actual minus intended, whole microseconds, at most kLagUnknown
  bool operator==(const Token&) const = default;
};

// Writes the token over the first kTokenBytes of `out`. A negative lag is written as 0, one that
// does not fit as kLagUnknown.
void write_token(std::span<char> out, const Token& token);

enum class TokenSearch {
  found,
  foreign,  // a whole token of another run: not ours to count
  corrupt,  // looks like a token, but its form or CRC is wrong
  none,     // no token
};

// Looks for a token of `run` anywhere in the payload. Tokens of other runs and look-alikes before
// it are passed over; if nothing of ours follows, the first of them decides the answer.
[[nodiscard]] TokenSearch find_token(BytesView payload, std::uint32_t run, Token& token);

}  // namespace wsb::load
