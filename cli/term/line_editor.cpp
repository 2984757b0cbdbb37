#include "cli/term/line_editor.h"

#include <utility>

#include "cli/term/text_width.h"

namespace wsb::cli {
namespace {

using Kind = Key::Kind;

constexpr std::size_t kHistoryLines = 1000;

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80; }

}  // namespace

LineEditor::Wish LineEditor::press(const Key& key) {
  switch (key.kind) {
    case Kind::enter: submit(); return Wish::submit;
    case Kind::clear: return Wish::clear_screen;
    case Kind::end_of_input:
      if (text_.empty()) return Wish::end_of_input;
      erase(cursor_, next(cursor_));
      return Wish::none;
    default: edit(key); return Wish::none;
  }
}

void LineEditor::edit(const Key& key) {
  switch (key.kind) {
    case Kind::text:
    case Kind::paste: insert(key.text); break;
    case Kind::newline: insert("\n"); break;
    case Kind::backspace: erase(previous(cursor_), cursor_); break;
    case Kind::erase: erase(cursor_, next(cursor_)); break;
    case Kind::left: cursor_ = previous(cursor_); break;
    case Kind::right: cursor_ = next(cursor_); break;
    case Kind::word_left: cursor_ = word_begin(cursor_); break;
    case Kind::word_right: cursor_ = word_end(cursor_); break;
    case Kind::home: cursor_ = 0; break;
    case Kind::end: cursor_ = text_.size(); break;
    case Kind::kill_to_end: erase(cursor_, text_.size()); break;
    case Kind::kill_line: erase(0, cursor_); break;
    case Kind::kill_word: erase(word_begin(cursor_), cursor_); break;
    case Kind::up:
      if (shown_ > 0) show_history(shown_ - 1);
      break;
    case Kind::down:
      if (shown_ < history_.size()) show_history(shown_ + 1);
      break;
    default: break;
  }
}

void LineEditor::insert(const std::string& text) {
  text_.insert(cursor_, text);
  cursor_ += text.size();
}

void LineEditor::erase(std::size_t from, std::size_t to) {
  text_.erase(from, to - from);
  cursor_ = from;
}

void LineEditor::submit() {
  entered_ = std::exchange(text_, {});
  cursor_ = 0;
  const bool repeated = !history_.empty() && history_.back() == entered_;
  if (!entered_.empty() && !repeated) history_.push_back(entered_);
  if (history_.size() > kHistoryLines) history_.pop_front();
  shown_ = history_.size();
  draft_.clear();
}

void LineEditor::show_history(std::size_t index) {
  if (shown_ == history_.size()) draft_ = text_;
  shown_ = index;
  text_ = index == history_.size() ? draft_ : history_[index];
  cursor_ = text_.size();
}

// Past one character and the marks that combine with it.
std::size_t LineEditor::next(std::size_t at) const {
  if (at < text_.size()) at += character_bytes(std::string_view(text_).substr(at));
  while (at < text_.size()) {
    const std::string_view rest = std::string_view(text_).substr(at);
    if (cell_width(code_point(rest)) > 0) break;
    at += character_bytes(rest);
  }
  return at;
}

std::size_t LineEditor::previous(std::size_t at) const {
  while (at > 0) {
    --at;
    while (at > 0 && is_continuation(text_[at])) --at;
    if (cell_width(code_point(std::string_view(text_).substr(at))) > 0) break;
  }
  return at;
}

std::size_t LineEditor::word_begin(std::size_t at) const {
  while (at > 0 && text_[at - 1] == ' ') --at;
  while (at > 0 && text_[at - 1] != ' ') --at;
  return at;
}

std::size_t LineEditor::word_end(std::size_t at) const {
  while (at < text_.size() && text_[at] == ' ') ++at;
  while (at < text_.size() && text_[at] != ' ') ++at;
  return at;
}

}  // namespace wsb::cli
