#pragma once

// Walks over a JSON text by the grammar of RFC 8259 and builds nothing: what is relayed stays the
// text that it was. Syntax and depth are checked; UTF-8 is not (see is_valid_utf8), though outside
// of strings nothing but ASCII gets through. A scanner is used once, by one thread.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/limits.h"

namespace wsb {

class JsonScanner {
 public:
  explicit JsonScanner(std::string_view text, int max_depth = limits::kJsonDepth)
      : text_(text), max_depth_(max_depth) {}

  void skip_space();
  // The next character, 0 at the end.
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  // Moves past `c` when it is next.
  bool take(char c);
  // Moves past the value that begins here. False: there is none, it is ill-formed or too deep, and
  // the scanner is of no more use.
  [[nodiscard]] bool skip_value();
  // The same for a string, an object's key among others.
  [[nodiscard]] bool skip_string();
  // Nothing but white space is left.
  [[nodiscard]] bool at_end();
  [[nodiscard]] std::size_t position() const { return at_; }

 private:
  bool enter_value();
  bool take_after_value();
  bool take_key();
  bool take_scalar();
  bool take_word(std::string_view word);
  bool take_escape();
  bool take_digits();
  bool take_number();

  std::string_view text_;
  int max_depth_;
  std::size_t at_ = 0;
  std::string open_;  // the closing brackets still to come, outermost first
};

// The texts of the elements of a JSON array, as they were written, without white space around them.
// False when `text` is not one valid array in valid UTF-8, or has more than `max_elements`.
[[nodiscard]] bool split_json_array(std::string_view text, std::vector<std::string_view>& elements,
                                    std::size_t max_elements);

// Keys with their quotes and escapes, and values, of an object; otherwise the same.
using JsonMembers = std::vector<std::pair<std::string_view, std::string_view>>;
[[nodiscard]] bool split_json_object(std::string_view text, JsonMembers& members,
                                     std::size_t max_members);

// The last member of that name, as JSON; nullopt when there is none.
[[nodiscard]] std::optional<std::string_view> find_json_member(const JsonMembers& members,
                                                               std::string_view name);

// What a JSON string says. False when `json`, a valid value, is no string. Half a surrogate pair,
// which JavaScript may write, becomes U+FFFD.
[[nodiscard]] bool read_json_string(std::string_view json, std::string& out);

}  // namespace wsb
