#pragma once

// Keeps one edited line at the bottom of a terminal while other lines scroll by above it: the rows
// of the edited line, however many it is wrapped into, are erased, the new lines are printed, and
// it is drawn again, all in one write. Of more rows than fit, those around the cursor are drawn.
// Pure: appends escape sequences to a string. One thread.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace wsb::cli {

class LinePrinter {
 public:
  LinePrinter(std::size_t columns, std::size_t rows) : columns_(columns), rows_(rows) {}

  // The terminal has another size; what is drawn was wrapped anew by it.
  void resize(std::size_t columns, std::size_t rows) {
    columns_ = columns;
    rows_ = rows;
  }

  // `text` is valid UTF-8; `cursor` a byte offset in it. The prompt has no escape sequences.
  void draw(std::string& out, std::string_view prompt, std::string_view text, std::size_t cursor);
  // Takes the edited line off the screen; the cursor stands where it began.
  void erase(std::string& out);
  // The screen was cleared by somebody: nothing is drawn.
  void forget();
  [[nodiscard]] bool drawn() const { return !row_widths_.empty(); }

 private:
  struct Row {
    std::size_t begin;  // in the text
    std::size_t width;
  };
  struct Layout {
    std::vector<Row> rows;
    std::size_t cursor_row = 0;
    std::size_t cursor_column = 0;
  };
  [[nodiscard]] Layout lay_out(std::size_t prompt, std::string_view text, std::size_t cursor) const;
  [[nodiscard]] std::size_t rows_above_cursor() const;

  std::size_t columns_;
  std::size_t rows_;
  std::vector<std::size_t> row_widths_;  // as drawn
  std::size_t cursor_row_ = 0;
  std::size_t cursor_column_ = 0;
};

}  // namespace wsb::cli
