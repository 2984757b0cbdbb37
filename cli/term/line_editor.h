#pragma once

// One line being edited, and the lines entered before it. Pure state: keys in, text and cursor out.
// One thread.

#include <cstddef>
#include <deque>
#include <string>

#include "cli/term/key_reader.h"

namespace wsb::cli {

class LineEditor {
 public:
  enum class Wish {
    none,
    submit,        // entered() is what was entered; the line is empty again
    end_of_input,  // Ctrl-D on an empty line
    clear_screen,
  };

  [[nodiscard]] Wish press(const Key& key);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::size_t cursor() const { return cursor_; }  // a byte offset, between characters
  [[nodiscard]] const std::string& entered() const { return entered_; }

 private:
  void edit(const Key& key);
  void insert(const std::string& text);
  void erase(std::size_t from, std::size_t to);
  void submit();
  void show_history(std::size_t index);
  [[nodiscard]] std::size_t next(std::size_t at) const;
  [[nodiscard]] std::size_t previous(std::size_t at) const;
  [[nodiscard]] std::size_t word_begin(std::size_t at) const;
  [[nodiscard]] std::size_t word_end(std::size_t at) const;

  std::string text_;
  std::size_t cursor_ = 0;
  std::string entered_;
  std::deque<std::string> history_;  // oldest first, at most kHistoryLines
  std::size_t shown_ = 0;            // history_.size(): the line being written
  std::string draft_;                // that line, while an older one is shown
};

}  // namespace wsb::cli
