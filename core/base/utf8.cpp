#include "core/base/utf8.h"

#include <array>
#include <cstddef>
#include <cstring>

namespace wsb {
namespace {

// The states of the automaton for the grammar of RFC 3629 §4. A state is written as a shift: each
// byte value owns one 64-bit row that holds, six bits a state, the state it leads to. A step is
// then a load that does not depend on the state, and one shift.
constexpr unsigned kBetween = 0;    // whole characters only
constexpr unsigned kOneMore = 6;    // one continuation byte to come
constexpr unsigned kTwoMore = 12;   // two
constexpr unsigned kThreeMore = 18;
constexpr unsigned kAfterE0 = 24;   // the next must be A0..BF: no overlong form
constexpr unsigned kAfterEd = 30;   // 80..9F: no surrogate
constexpr unsigned kAfterF0 = 36;   // 90..BF: no overlong form
constexpr unsigned kAfterF4 = 42;   // 80..8F: nothing above U+10FFFF
constexpr unsigned kImpossible = 48;
constexpr unsigned kStateBits = 63;

constexpr unsigned after_lead(unsigned byte) {
  if (byte <= 0x7F) return kBetween;
  if (byte < 0xC2) return kImpossible;
  if (byte <= 0xDF) return kOneMore;
  if (byte == 0xE0) return kAfterE0;
  if (byte == 0xED) return kAfterEd;
  if (byte <= 0xEF) return kTwoMore;
  if (byte == 0xF0) return kAfterF0;
  if (byte <= 0xF3) return kThreeMore;
  if (byte == 0xF4) return kAfterF4;
  return kImpossible;
}

constexpr unsigned next_state(unsigned state, unsigned byte) {
  struct Rule {
    unsigned state, first, last, next;
  };
  constexpr Rule kRules[] = {
      {kOneMore, 0x80, 0xBF, kBetween},   {kTwoMore, 0x80, 0xBF, kOneMore},
      {kThreeMore, 0x80, 0xBF, kTwoMore}, {kAfterE0, 0xA0, 0xBF, kOneMore},
      {kAfterEd, 0x80, 0x9F, kOneMore},   {kAfterF0, 0x90, 0xBF, kTwoMore},
      {kAfterF4, 0x80, 0x8F, kTwoMore},
  };
  if (state == kBetween) return after_lead(byte);
  for (const Rule& rule : kRules) {
    if (rule.state == state && byte >= rule.first && byte <= rule.last) return rule.next;
  }
  return kImpossible;
}

constexpr std::array<std::uint64_t, 256> make_rows() {
  std::array<std::uint64_t, 256> rows{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    for (unsigned state = kBetween; state <= kImpossible; state += 6) {
      rows[byte] |= std::uint64_t{next_state(state, byte)} << state;
    }
  }
  return rows;
}
constexpr std::array<std::uint64_t, 256> kRows = make_rows();

// Only the low six bits of a state count; the rest is what the shift left behind.
std::uint64_t step(std::uint64_t state, char byte) {
  return kRows[static_cast<unsigned char>(byte)] >> (state & kStateBits);
}

bool is_ascii_word(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return (word & 0x8080808080808080U) == 0;
}

std::uint64_t run(std::uint64_t state, BytesView bytes) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  while (end - at >= 8) {
    if ((state & kStateBits) == kBetween && is_ascii_word(at)) {
      at += 8;
      continue;
    }
    for (int i = 0; i < 8; ++i) state = step(state, *at++);
  }
  while (at != end) state = step(state, *at++);
  return state & kStateBits;
}

}  // namespace

bool Utf8Validator::feed(BytesView bytes) {
  state_ = static_cast<std::uint8_t>(run(state_, bytes));
  return state_ != kImpossible;
}

bool is_valid_utf8(BytesView bytes) { return run(kBetween, bytes) == kBetween; }

std::size_t valid_utf8_prefix(BytesView bytes) {
  std::size_t whole = 0;
  std::uint64_t state = kBetween;
  for (std::size_t at = 0; at < bytes.size();) {
    if ((state & kStateBits) == kBetween && bytes.size() - at >= 8 &&
        is_ascii_word(bytes.data() + at)) {
      whole = at += 8;
      continue;
    }
    state = step(state, bytes[at++]) & kStateBits;
    if (state == kImpossible) break;
    if (state == kBetween) whole = at;
  }
  return whole;
}

}  // namespace wsb
