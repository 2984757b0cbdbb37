#pragma once

// To know again what must not be kept: HMAC with SHA-256 under a key that no one else has and that
// ends with the object. Any thread.

#include <array>
#include <cstddef>
#include <initializer_list>

#include "core/base/bytes.h"

namespace wsb::net {

class KeyedHash {
 public:
  static constexpr std::size_t kBytes = 32;
  using Digest = std::array<unsigned char, kBytes>;

  KeyedHash();
  ~KeyedHash();
  KeyedHash(const KeyedHash&) = delete;
  KeyedHash& operator=(const KeyedHash&) = delete;

  // Of all parts and where each of them ends.
  [[nodiscard]] Digest of(std::initializer_list<BytesView> parts) const;

 private:
  std::array<unsigned char, kBytes> key_{};
};

}  // namespace wsb::net
