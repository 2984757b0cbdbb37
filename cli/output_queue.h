#pragma once

// Bytes on their way to a stream that may be slow: written as far as the stream takes them without
// blocking, its flags untouched. Main thread.

#include <cstddef>

#include "core/base/bytes.h"

namespace wsb::cli {

class OutputQueue {
 public:
  explicit OutputQueue(int fd);

  // Append to it; nothing else.
  [[nodiscard]] Bytes& buffer() { return bytes_; }
  [[nodiscard]] bool empty() const { return at_ == bytes_.size(); }
  [[nodiscard]] std::size_t size() const { return bytes_.size() - at_; }
  [[nodiscard]] bool is_pipe() const { return is_pipe_; }
  // After write() has failed: whether what was written ends with a whole line, as far as is known.
  [[nodiscard]] bool between_lines() const { return at_ == 0 || bytes_[at_ - 1] == '\n'; }

  // Hands out what was not written; it is empty then.
  [[nodiscard]] Bytes take();
  // What can be written now; the rest stays. Answers 0 or the errno.
  [[nodiscard]] int write();

 private:
  [[nodiscard]] bool would_block() const;

  int fd_;
  bool is_pipe_ = false;
  bool may_block_ = false;
  Bytes bytes_;
  std::size_t at_ = 0;
};

}  // namespace wsb::cli
