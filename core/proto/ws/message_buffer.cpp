#include "core/proto/ws/message_buffer.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace wsb::ws {
namespace {

constexpr std::size_t kFirstBytes = 256;

}  // namespace

char* MessageBuffer::reserve(std::size_t size) {
  if (size > room()) {
    const std::size_t wanted = std::max({size_ + size, capacity_ * 2, kFirstBytes});
    auto larger = std::make_unique_for_overwrite<char[]>(wanted);
    if (size_ != 0) std::memcpy(larger.get(), data_.get(), size_);
    data_ = std::move(larger);
    capacity_ = wanted;
  }
  return data_.get() + size_;
}

void MessageBuffer::append(BytesView bytes) {
  if (bytes.empty()) return;
  std::memcpy(reserve(bytes.size()), bytes.data(), bytes.size());
  commit(bytes.size());
}

void MessageBuffer::clear() {
  size_ = 0;
  if (capacity_ > kKeptBytes) {
    data_.reset();
    capacity_ = 0;
  }
}

}  // namespace wsb::ws
