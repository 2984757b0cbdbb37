#pragma once

// From the bytes of a terminal in raw mode to keys: UTF-8 characters, control keys, the escape
// sequences of cursor keys, bracketed paste. What it does not know it swallows whole, but never a
// Ctrl-C, also in a paste whose end has not come. Pure; bytes may be cut anywhere. One thread.

#include <string>
#include <string_view>
#include <vector>

namespace wsb::cli {

struct Key {
  enum class Kind {
    text,   // one character
    paste,  // pasted text as a whole
    enter,
    newline,  // Alt-Enter
    backspace,
    erase,  // Delete
    left,
    right,
    word_left,
    word_right,
    up,
    down,
    home,
    end,
    kill_to_end,   // Ctrl-K
    kill_line,     // Ctrl-U
    kill_word,     // Ctrl-W
    clear,         // Ctrl-L
    end_of_input,  // Ctrl-D
    interrupt,     // Ctrl-C
    suspend,       // Ctrl-Z
    quit,          // Ctrl-backslash
  };
  Kind kind = Kind::text;
  std::string text;
  bool operator==(const Key&) const = default;
};

class KeyReader {
 public:
  [[nodiscard]] std::vector<Key> feed(std::string_view bytes);
  // Something was begun that more bytes would end: an Escape, alone or at the head of a sequence.
  [[nodiscard]] bool waiting() const;
  // Those bytes did not come: it was a key by itself, which means nothing.
  void give_up();

 private:
  // How much of `pending_` one key takes: 0 when more bytes are needed.
  std::size_t take_one(std::vector<Key>& keys);
  std::size_t take_escape(std::vector<Key>& keys);
  std::size_t take_control_sequence(std::vector<Key>& keys);
  std::size_t take_paste(std::vector<Key>& keys);
  std::size_t take_character(std::vector<Key>& keys);

  std::string pending_;
  bool pasting_ = false;
  std::string pasted_;
};

}  // namespace wsb::cli
