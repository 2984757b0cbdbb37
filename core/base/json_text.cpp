#include "core/base/json_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "core/base/utf8.h"

namespace wsb {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

constexpr bool needs_escape(unsigned char byte) {
  return byte < 0x20 || byte == '"' || byte == '\\';
}

constexpr std::array<bool, 256> make_plain() {
  std::array<bool, 256> plain{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    plain[byte] = !needs_escape(static_cast<unsigned char>(byte));
  }
  return plain;
}
constexpr std::array<bool, 256> kPlain = make_plain();

bool is_plain(char c) { return kPlain[static_cast<unsigned char>(c)]; }

void append_escape(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  const auto byte = static_cast<unsigned char>(c);
  out += "\\u00";
  out.push_back(kHex[byte >> 4U]);
  out.push_back(kHex[byte & 15U]);
}

void append_valid(std::string& out, std::string_view text) {
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_plain(text[i])) continue;
    out.append(text, from, i - from);
    append_escape(out, text[i]);
    from = i + 1;
  }
  out.append(text, from);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Walks over a text by the grammar of RFC 8259, keeping nothing of it but the open brackets. Every
// take_… moves past what it names, or returns false.
class JsonWalker {
 public:
  JsonWalker(std::string_view text, int max_depth) : text_(text), max_depth_(max_depth) {}

  bool take_container() {
    skip_space();
    if (peek() != '{' && peek() != '[') return false;
    if (!take_value()) return false;
    while (!open_.empty()) {
      if (!take_after_value()) return false;
    }
    skip_space();
    return at_ == text_.size();
  }

 private:
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }

  void skip_space() {
    at_ = std::min(text_.find_first_not_of(" \t\n\r", at_), text_.size());
  }

  // What follows a value inside the innermost open bracket: its end, or a comma and the next value.
  bool take_after_value() {
    skip_space();
    const char closing = open_.back();
    if (take(closing)) {
      open_.pop_back();
      return true;
    }
    if (!take(',')) return false;
    skip_space();
    return (closing == ']' || take_key()) && take_value();
  }

  bool take_key() {
    if (!take_string()) return false;
    skip_space();
    if (!take(':')) return false;
    skip_space();
    return true;
  }

  // A scalar whole; of an array or object everything up to the end of its first scalar.
  bool take_value() {
    while (peek() == '{' || peek() == '[') {
      const char closing = peek() == '{' ? '}' : ']';
      if (open_.size() >= static_cast<std::size_t>(max_depth_)) return false;
      ++at_;
      skip_space();
      if (take(closing)) return true;
      open_.push_back(closing);
      if (closing == '}' && !take_key()) return false;
    }
    return take_scalar();
  }

  bool take_scalar() {
    switch (peek()) {
      case '"': return take_string();
      case 't': return take_word("true");
      case 'f': return take_word("false");
      case 'n': return take_word("null");
      default: return take_number();
    }
  }

  bool take_word(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  bool take_string() {
    if (!take('"')) return false;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (is_plain(c)) {
        ++at_;
      } else if (c == '\\') {
        if (!take_escape()) return false;
      } else {
        return take('"');
      }
    }
    return false;
  }

  bool take_escape() {
    ++at_;
    const char kind = peek();
    ++at_;
    if (kind != 'u') return std::string_view("\"\\/bfnrt").find(kind) != std::string_view::npos;
    for (int i = 0; i < 4; ++i) {
      if (!is_hex_digit(peek())) return false;
      ++at_;
    }
    return true;
  }

  bool take_digits() {
    if (!is_digit(peek())) return false;
    while (is_digit(peek())) ++at_;
    return true;
  }

  bool take_number() {
    take('-');
    if (!take('0') && !take_digits()) return false;
    if (take('.') && !take_digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      return take_digits();
    }
    return true;
  }

  const std::string_view text_;
  const int max_depth_;
  std::size_t at_ = 0;
  std::string open_;  // the closing brackets still to come, outermost first
};

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  while (!text.empty()) {
    const std::size_t valid = valid_utf8_prefix(text);
    append_valid(out, text.substr(0, valid));
    text.remove_prefix(valid);
    if (text.empty()) break;
    out += kReplacement;
    text.remove_prefix(1);
  }
  out.push_back('"');
}

std::string json_string(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  append_json_string(out, text);
  return out;
}

bool is_json_container(std::string_view text, int max_depth) {
  return JsonWalker(text, max_depth).take_container() && is_valid_utf8(text);
}

}  // namespace wsb
