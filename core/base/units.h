#pragma once

// Durations, sizes and rates as people type and read them: "200ms", "1.5s", "1MiB", "500/s".
// Pure functions, any thread. Every parse error names the text and what would be accepted.

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/time.h"

namespace wsb {

struct ByteSize {
  std::uint64_t bytes = 0;
  auto operator<=>(const ByteSize&) const = default;
};

struct Rate {
  double per_second = 0;
  auto operator<=>(const Rate&) const = default;
};

constexpr ByteSize operator""_KiB(unsigned long long n) { return {n << 10U}; }
constexpr ByteSize operator""_MiB(unsigned long long n) { return {n << 20U}; }

// A number with one of ns, us, ms, s, m, h, or several from large to small ("1h30m"); a bare number
// means seconds ("0" is zero). Never negative.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text);
// A number with one of B, kB, KB, MB, GB (powers of 1000), K, KiB, M, MiB, G, GiB (powers of 1024);
// a bare number means bytes. A fraction ("1.5KiB") is rounded to whole bytes.
[[nodiscard]] Result<ByteSize> parse_byte_size(std::string_view text);
// A number with /s, /m or /h; a bare number means per second.
[[nodiscard]] Result<Rate> parse_rate(std::string_view text);

// Rounded to at most three decimals; what they print, the parsers above read.
[[nodiscard]] std::string format_duration(Duration duration);  // "1.5s", "200ms", "3m20s"
[[nodiscard]] std::string format_byte_size(ByteSize size);     // "1MiB", "1.5KiB", "12B"
[[nodiscard]] std::string format_rate(Rate rate);              // "500/s", "30/m"

}  // namespace wsb
