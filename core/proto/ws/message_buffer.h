#pragma once

// Where a message is put together from fragments, masked bytes or inflated ones. Grows with the
// bytes that arrive, never with what a header announces, and gives large memory back between
// messages.
// Owned by one decoder; one thread at a time.

#include <cstddef>
#include <memory>

#include "core/base/bytes.h"

namespace wsb::ws {

class MessageBuffer {
 public:
  // Room for `size` more bytes, not initialised. They count only after commit().
  [[nodiscard]] char* reserve(std::size_t size);
  void commit(std::size_t size) { size_ += size; }
  void append(BytesView bytes);

  [[nodiscard]] BytesView view() const { return {data_.get(), size_}; }
  [[nodiscard]] BytesView view_from(std::size_t start) const {
    return {data_.get() + start, size_ - start};
  }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  // Room that reserve() gives without new memory.
  [[nodiscard]] std::size_t room() const { return capacity_ - size_; }
  // Forgets the bytes; memory above kKeptBytes goes back.
  void clear();

  static constexpr std::size_t kKeptBytes = std::size_t{64} << 10U;

 private:
  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace wsb::ws
