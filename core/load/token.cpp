#include "core/load/token.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/base/check.h"
#include "core/load/crc32c.h"

namespace wsb::load {
namespace {

constexpr std::string_view kMagic = "wsb1.";
constexpr std::size_t kRunAt = kMagic.size();
constexpr std::size_t kPublisherAt = kRunAt + 9;
constexpr std::size_t kSeqAt = kPublisherAt + 5;
constexpr std::size_t kScheduledAt = kSeqAt + 9;
constexpr std::size_t kLagAt = kScheduledAt + 15;
constexpr std::size_t kCrcAt = kLagAt + 7;
constexpr std::uint64_t kScheduledMask = (std::uint64_t{1} << 56U) - 1;
static_assert(kCrcAt + 9 == kTokenBytes);

// One field: `digits` hexadecimal digits and the full stop behind them.
void put(char* out, std::uint64_t value, unsigned digits) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out[digits] = '.';
  for (unsigned i = digits; i-- > 0; value >>= 4U) out[i] = kDigits[value & 0xFU];
}

constexpr std::array<int, 256> make_values() {
  std::array<int, 256> values{};
  for (auto& value : values) value = -1;
  for (std::size_t i = 0; i < 10; ++i) values['0' + i] = static_cast<int>(i);
  for (std::size_t i = 0; i < 6; ++i) values['a' + i] = static_cast<int>(10 + i);
  return values;
}

constexpr auto kValues = make_values();

bool get(const char* in, unsigned digits, std::uint64_t& value) {
  value = 0;
  int bad = 0;
  for (unsigned i = 0; i < digits; ++i) {
    const int digit = kValues[static_cast<unsigned char>(in[i])];
    bad |= digit;
    value = (value << 4U) | static_cast<std::uint64_t>(digit & 0xF);
  }
  return bad >= 0 && in[digits] == '.';
}

// `at` begins with kMagic.
TokenSearch parse(BytesView at, std::uint32_t run, Token& token) {
  if (at.size() < kTokenBytes) return TokenSearch::corrupt;
  std::uint64_t found_run = 0;
  std::uint64_t publisher = 0;
  std::uint64_t seq = 0;
  std::uint64_t scheduled = 0;
  std::uint64_t lag = 0;
  std::uint64_t crc = 0;
  const char* in = at.data();
  const bool well_formed = get(in + kRunAt, 8, found_run) && get(in + kPublisherAt, 4, publisher) &&
                           get(in + kSeqAt, 8, seq) && get(in + kScheduledAt, 14, scheduled) &&
                           get(in + kLagAt, 6, lag) && get(in + kCrcAt, 8, crc);
  if (!well_formed || crc32c(at.substr(0, kCrcAt)) != crc) return TokenSearch::corrupt;
  if (found_run != run) return TokenSearch::foreign;
  token.run = run;
  token.publisher = static_cast<std::uint16_t>(publisher);
  token.seq = static_cast<std::uint32_t>(seq);
  token.scheduled = TimePoint{Duration{static_cast<Duration::rep>(scheduled)}};
  token.lag = std::chrono::microseconds(static_cast<std::int64_t>(lag));
  return TokenSearch::found;
}

}  // namespace

void write_token(std::span<char> out, const Token& token) {
  WSB_CHECK(out.size() >= kTokenBytes);
  const Duration lag = std::clamp(token.lag, Duration{0}, kLagUnknown);
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(lag).count();
  char* at = out.data();
  std::memcpy(at, kMagic.data(), kMagic.size());
  put(at + kRunAt, token.run, 8);
  put(at + kPublisherAt, token.publisher, 4);
  put(at + kSeqAt, token.seq, 8);
  put(at + kScheduledAt,
      static_cast<std::uint64_t>(token.scheduled.time_since_epoch().count()) & kScheduledMask, 14);
  put(at + kLagAt, static_cast<std::uint64_t>(microseconds), 6);
  put(at + kCrcAt, crc32c({at, kCrcAt}), 8);
}

TokenSearch find_token(BytesView payload, std::uint32_t run, Token& token) {
  auto answer = TokenSearch::none;
  std::size_t from = 0;
  while (from + kMagic.size() <= payload.size()) {
    const void* hit =
        memmem(payload.data() + from, payload.size() - from, kMagic.data(), kMagic.size());
    if (hit == nullptr) break;
    const auto at = static_cast<std::size_t>(static_cast<const char*>(hit) - payload.data());
    const auto result = parse(payload.substr(at), run, token);
    if (result == TokenSearch::found) return result;
    if (answer == TokenSearch::none) answer = result;
    from = at + kMagic.size();
  }
  return answer;
}

}  // namespace wsb::load
