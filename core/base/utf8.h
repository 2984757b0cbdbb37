#pragma once

// UTF-8 as RFC 6455 §8.1 wants it: strict (no surrogates, no overlong forms, nothing above
// U+10FFFF), checked as the bytes arrive, failing at the first byte that can no longer be valid.
// Value type, one thread at a time.

#include <cstddef>
#include <cstdint>

#include "core/base/bytes.h"

namespace wsb {

class Utf8Validator {
 public:
  // False from the first impossible byte on, until reset().
  bool feed(BytesView bytes);
  // True when what was fed so far is valid and ends with a whole character.
  [[nodiscard]] bool complete() const { return state_ == 0; }
  void reset() { state_ = 0; }

 private:
  std::uint8_t state_ = 0;  // 0: between characters; see utf8.cpp
};

[[nodiscard]] bool is_valid_utf8(BytesView bytes);
// How many bytes at the head of `bytes` are whole, valid characters.
[[nodiscard]] std::size_t valid_utf8_prefix(BytesView bytes);

}  // namespace wsb
