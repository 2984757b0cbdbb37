#pragma once

// The bytes of the fuzzer, taken apart: choices from the front, the rest as they are; and the cut
// of a stream into pieces.

#include <cstdint>

#include "core/base/bytes.h"

namespace wsb::fuzz {

class FuzzInput {
 public:
  FuzzInput(const std::uint8_t* data, std::size_t size)
      : bytes_(reinterpret_cast<const char*>(data), size) {}

  // One byte from the front; 0 when there is none left.
  unsigned take_byte() {
    if (bytes_.empty()) return 0;
    const unsigned byte = static_cast<unsigned char>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte;
  }
  BytesView take(std::size_t size) {
    const BytesView part = bytes_.substr(0, size);
    bytes_.remove_prefix(part.size());
    return part;
  }
  [[nodiscard]] BytesView rest() const { return bytes_; }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }

 private:
  BytesView bytes_;
};

// Calls `feed` with pieces of 1 to 61 bytes, decided by the seed.
template <class F>
void in_pieces(BytesView bytes, unsigned seed, F feed) {
  std::uint32_t state = seed * 2654435761U + 1;
  while (!bytes.empty()) {
    state = state * 1664525U + 1013904223U;
    const BytesView piece = bytes.substr(0, 1 + (state >> 16U) % 61);
    bytes.remove_prefix(piece.size());
    feed(piece);
  }
}

template <class F>
void byte_by_byte(BytesView bytes, F feed) {
  for (std::size_t i = 0; i < bytes.size(); ++i) feed(bytes.substr(i, 1));
}

}  // namespace wsb::fuzz
