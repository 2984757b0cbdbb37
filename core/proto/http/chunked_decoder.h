#pragma once

// The chunked transfer coding (RFC 9112 §7.1), read incrementally. Chunk extensions and trailers
// are skipped, within a limit. Owned by a BodyReader; one thread at a time.

#include <cstddef>
#include <cstdint>

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace wsb::http {

class ChunkedDecoder {
 public:
  // Takes bytes from the front of `in` and returns the next run of body bytes among them, a view
  // into `in`; empty when there was none. Call again while `in` is not empty and done() is false.
  [[nodiscard]] Result<BytesView> next(BytesView& in);
  // The last chunk and the trailers were read; nothing more is taken.
  [[nodiscard]] bool done() const { return state_ == State::done; }

 private:
  enum class State { size, extension, size_lf, data, data_cr, data_lf, trailer, trailer_lf, done };
  [[nodiscard]] Result<void> step(char c);
  [[nodiscard]] Result<void> size_digit(char c);

  State state_ = State::size;
  std::uint64_t size_ = 0;  // of the chunk being read: what is left of it
  int size_digits_ = 0;
  std::size_t line_bytes_ = 0;  // of a trailer line
  std::size_t skipped_bytes_ = 0;
};

}  // namespace wsb::http
