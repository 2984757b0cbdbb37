#pragma once

// The user's terminal in raw mode, for as long as the object lives and is not suspended. Ctrl-C and
// Ctrl-Z arrive as keys, not as signals. Main thread.

#include <termios.h>

#include <cstddef>

namespace wsb::cli {

class Terminal {
 public:
  // Standard input and output are terminals. Also sets LC_CTYPE, which widths of characters need.
  Terminal();
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  // The mode found at the beginning, and raw mode again.
  void restore();
  void enter();

  [[nodiscard]] static std::size_t columns();
  [[nodiscard]] static std::size_t rows();

 private:
  termios saved_{};
  bool raw_ = false;
};

}  // namespace wsb::cli
