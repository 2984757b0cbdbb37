#pragma once

// A random source that repeats the masking key of the examples in RFC 6455 §5.7: 37 fa 21 3d.
// Shared with the fuzz targets.

#include <array>
#include <cstddef>

#include "core/base/random.h"

namespace wsb::ws::test {

class FixedRandom final : public RandomSource {
 public:
  void fill(void* out, std::size_t size) override {
    constexpr std::array<unsigned char, 4> kKey = {0x37, 0xFA, 0x21, 0x3D};
    auto* to = static_cast<unsigned char*>(out);
    for (std::size_t i = 0; i < size; ++i) to[i] = kKey[i % kKey.size()];
  }
};

}  // namespace wsb::ws::test
