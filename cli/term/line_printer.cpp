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

LinePrinter::Layout LinePrinter::lay_out(std::size_t prompt, std::string_view text,
                                         std::size_t cursor) const {
  const std::size_t columns = std::max<std::size_t>(columns_, prompt + 2);
  Layout out{{{0, prompt}}};
  const auto place_cursor = [&out] {
    out.cursor_row = out.rows.size() - 1;
    out.cursor_column = out.rows.back().width;
  };
  std::size_t at = 0;
  while (at < text.size()) {
    const std::string_view character = text.substr(at, character_bytes(text.substr(at)));
    const std::size_t width = text_width(shown(character));
    if (out.rows.back().width + width > columns) out.rows.push_back({at, 0});
    if (at == cursor) place_cursor();
    out.rows.back().width += width;
    at += character.size();
  }
  // Behind a full row the cursor belongs on the next one.
  if (out.rows.back().width >= columns) out.rows.push_back({at, 0});
  if (cursor >= text.size()) place_cursor();
  return out;
}

void LinePrinter::draw(std::string& out, std::string_view prompt, std::string_view text,
                       std::size_t cursor) {
  erase(out);
  const Layout layout = lay_out(text_width(prompt), text, cursor);
  // One row stays for what arrives.
  const std::size_t height = std::max<std::size_t>(rows_, 2) - 1;
  const std::size_t first =
      layout.cursor_row < height / 2
          ? 0
          : std::min(layout.cursor_row - height / 2,
                     layout.rows.size() - std::min(height, layout.rows.size()));
  const std::size_t last = std::min(first + height, layout.rows.size());
  if (first == 0) out += prompt;
  for (std::size_t row = first; row < last; ++row) {
    if (row != first) out += "\r\n";
    const std::size_t end =
        row + 1 < layout.rows.size() ? layout.rows[row + 1].begin : text.size();
    for (std::size_t at = layout.rows[row].begin; at < end;) {
      const std::string_view character = text.substr(at, character_bytes(text.substr(at)));
      out += shown(character);
      at += character.size();
    }
    row_widths_.push_back(layout.rows[row].width);
  }
  cursor_row_ = layout.cursor_row - first;
  cursor_column_ = layout.cursor_column;
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
