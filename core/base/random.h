#pragma once

// Unpredictable bytes from the kernel, fetched in blocks. RFC 6455 §5.3 wants masking keys that
// cannot be predicted; §4.1 a random nonce. One object a thread. Tests pass their own source.

#include <array>
#include <cstddef>
#include <cstdint>

namespace wsb {

class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual void fill(void* out, std::size_t size) = 0;

  std::uint32_t next_u32() {
    std::uint32_t value = 0;
    fill(&value, sizeof value);
    return value;
  }
};

// Repeatable: the same seed gives the same bytes on every machine (splitmix64). For faults on
// purpose and tests, never for secrets.
class SeededRandom final : public RandomSource {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  void fill(void* out, std::size_t size) override;
  [[nodiscard]] std::uint64_t next_u64();

 private:
  std::uint64_t state_;
};

class SystemRandom final : public RandomSource {
 public:
  void fill(void* out, std::size_t size) override;

 private:
  std::array<char, 4096> block_{};
  std::size_t used_ = sizeof(block_);
};

}  // namespace wsb
