#include "cli/term/line_printer.h"

#include <algorithm>

#include "cli/term/text_width.h"

namespace wsb::cli {
namespace {

// How a character of the edited line is shown: controls must not drive the terminal.
std::string shown(std::string_view character) {
  if (character == "\n") return "\u21b5";
  const char32_t point = code_point(character);
  if (point == '\t') return " ";
  if (point < 0x20 || point == 0x7F) return {'^', static_cast<char>((point + 0x40) & 0x7FU)};
  if (point >= 0x80 && point < 0xA0) return "?";
  return std::string(character);
}

}  // namespace

void LinePrinter::draw(std::string& out, std::string_view prompt, std::string_view text,
                       std::size_t cursor) {
  erase(out);
  const std::size_t columns = std::max<std::size_t>(columns_, text_width(prompt) + 2);
  out += prompt;
  row_widths_.assign(1, text_width(prompt));
  cursor_row_ = 0;
  cursor_column_ = row_widths_.back();
  std::size_t at = 0;
  while (at < text.size()) {
    const std::string_view character = text.substr(at, character_bytes(text.substr(at)));
    const std::string cells = shown(character);
    const std::size_t width = text_width(cells);
    if (row_widths_.back() + width > columns) {
      out += "\r\n";
      row_widths_.push_back(0);
    }
    if (at == cursor) {
      cursor_row_ = row_widths_.size() - 1;
      cursor_column_ = row_widths_.back();
    }
    out += cells;
    row_widths_.back() += width;
    at += character.size();
  }
  // Behind a full row the cursor belongs on the next one.
  if (row_widths_.back() >= columns) {
    out += "\r\n";
    row_widths_.push_back(0);
  }
  if (cursor >= text.size()) {
    cursor_row_ = row_widths_.size() - 1;
    cursor_column_ = row_widths_.back();
  }
  const std::size_t up = row_widths_.size() - 1 - cursor_row_;
  if (up > 0) out += "\x1b[" + std::to_string(up) + "A";
  out += '\r';
  if (cursor_column_ > 0) out += "\x1b[" + std::to_string(cursor_column_) + "C";
}

void LinePrinter::erase(std::string& out) {
  if (row_widths_.empty()) return;
  const std::size_t up = rows_above_cursor();
  if (up > 0) out += "\x1b[" + std::to_string(up) + "A";
  out += "\r\x1b[J";
  forget();
}

void LinePrinter::forget() {
  row_widths_.clear();
  cursor_row_ = 0;
  cursor_column_ = 0;
}

// A narrower terminal has wrapped each drawn row into several.
std::size_t LinePrinter::rows_above_cursor() const {
  std::size_t rows = cursor_column_ > 0 ? (cursor_column_ - 1) / columns_ : 0;
  for (std::size_t row = 0; row < cursor_row_; ++row) {
    rows += row_widths_[row] == 0 ? 1 : (row_widths_[row] + columns_ - 1) / columns_;
  }
  return rows;
}

}  // namespace wsb::cli
