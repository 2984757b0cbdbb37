#include "core/base/random.h"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/base/check.h"

namespace wsb {
namespace {

// The kernel may return less than was asked for, and be interrupted above 256 bytes (getrandom(2)).
void fill_from_kernel(char* out, std::size_t size) {
  while (size != 0) {
    const ssize_t got = getrandom(out, size, 0);
    WSB_CHECK(got > 0 || errno == EINTR);
    if (got <= 0) continue;
    out += got;
    size -= static_cast<std::size_t>(got);
  }
}

}  // namespace

std::uint64_t SeededRandom::next_u64() {
  state_ += 0x9E3779B97F4A7C15U;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
  return mixed ^ (mixed >> 31U);
}

void SeededRandom::fill(void* out, std::size_t size) {
  char* to = static_cast<char*>(out);
  while (size != 0) {
    std::uint64_t bytes = next_u64();
    const std::size_t part = std::min(size, sizeof bytes);
    for (std::size_t i = 0; i < part; ++i, bytes >>= 8U) to[i] = static_cast<char>(bytes & 0xFFU);
    to += part;
    size -= part;
  }
}

void SystemRandom::fill(void* out, std::size_t size) {
  char* to = static_cast<char*>(out);
  while (size != 0) {
    if (used_ == block_.size()) {
      fill_from_kernel(block_.data(), block_.size());
      used_ = 0;
    }
    const std::size_t part = std::min(size, block_.size() - used_);
    std::memcpy(to, block_.data() + used_, part);
    used_ += part;
    to += part;
    size -= part;
  }
}

}  // namespace wsb
