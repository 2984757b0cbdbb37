#pragma once

// Masking (RFC 6455 §5.3): payload byte i is XORed with key byte i mod 4. Runs over every byte that
// a client sends and a server receives, so it works in wide steps. Pure functions, any thread.

#include <array>
#include <cstddef>
#include <cstdint>

namespace wsb::ws {

using MaskKey = std::array<std::uint8_t, 4>;

// Masks `size` bytes in place. `offset` is the position of the first of them in the payload.
void apply_mask(char* data, std::size_t size, MaskKey key, std::size_t offset = 0);

// The same from `in` to `out`, which may be equal but must not overlap otherwise.
void copy_masked(char* out, const char* in, std::size_t size, MaskKey key, std::size_t offset = 0);

}  // namespace wsb::ws
