#include "core/base/json_scanner.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/base/utf8.h"

namespace wsb {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

constexpr std::array<bool, 256> make_plain() {
  std::array<bool, 256> plain{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    plain[byte] = byte >= 0x20 && byte != '"' && byte != '\\';
  }
  return plain;
}
constexpr std::array<bool, 256> kPlain = make_plain();

bool is_plain(char c) { return kPlain[static_cast<unsigned char>(c)]; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::uint32_t read_hex(std::string_view four) {
  std::uint32_t value = 0;
  for (const char c : four) value = value << 4U | static_cast<std::uint32_t>(hex_digit(c));
  return value;
}

void append_utf8(std::string& out, std::uint32_t code_point) {
  const auto add = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  const auto add_rest = [&add, code_point](unsigned shift) {
    add(0x80U | (code_point >> shift & 0x3FU));
  };
  if (code_point < 0x80) {
    add(code_point);
  } else if (code_point < 0x800) {
    add(0xC0U | code_point >> 6U);
    add_rest(0);
  } else if (code_point < 0x10000) {
    add(0xE0U | code_point >> 12U);
    add_rest(6);
    add_rest(0);
  } else {
    add(0xF0U | code_point >> 18U);
    add_rest(12);
    add_rest(6);
    add_rest(0);
  }
}

char unescaped(char kind) {
  switch (kind) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return kind;
  }
}

bool is_high_surrogate(std::uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low_surrogate(std::uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

// `text` begins with \uXXXX. Returns how many characters were read: 6, or 12 for a pair.
std::size_t append_unicode_escape(std::string_view text, std::string& out) {
  const std::uint32_t unit = read_hex(text.substr(2, 4));
  if (is_high_surrogate(unit) && text.substr(6).starts_with("\\u")) {
    const std::uint32_t low = read_hex(text.substr(8, 4));
    if (is_low_surrogate(low)) {
      append_utf8(out, 0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00));
      return 12;
    }
  }
  if (is_high_surrogate(unit) || is_low_surrogate(unit)) {
    out += kReplacement;
  } else {
    append_utf8(out, unit);
  }
  return 6;
}

}  // namespace

void JsonScanner::skip_space() {
  while (at_ < text_.size() &&
         (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r')) {
    ++at_;
  }
}

bool JsonScanner::take(char c) {
  if (at_ == text_.size() || text_[at_] != c) return false;
  ++at_;
  return true;
}

bool JsonScanner::at_end() {
  skip_space();
  return at_ == text_.size();
}

bool JsonScanner::skip_value() {
  if (!enter_value()) return false;
  while (!open_.empty()) {
    if (!take_after_value()) return false;
  }
  return true;
}

// A scalar whole; of an array or object everything up to the end of its first scalar.
bool JsonScanner::enter_value() {
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

// What follows a value inside the innermost open bracket: its end, or a comma and the next value.
bool JsonScanner::take_after_value() {
  skip_space();
  const char closing = open_.back();
  if (take(closing)) {
    open_.pop_back();
    return true;
  }
  if (!take(',')) return false;
  skip_space();
  return (closing == ']' || take_key()) && enter_value();
}

bool JsonScanner::take_key() {
  if (!skip_string()) return false;
  skip_space();
  if (!take(':')) return false;
  skip_space();
  return true;
}

bool JsonScanner::take_scalar() {
  switch (peek()) {
    case '"': return skip_string();
    case 't': return take_word("true");
    case 'f': return take_word("false");
    case 'n': return take_word("null");
    default: return take_number();
  }
}

bool JsonScanner::take_word(std::string_view word) {
  if (text_.substr(at_, word.size()) != word) return false;
  at_ += word.size();
  return true;
}

bool JsonScanner::skip_string() {
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

bool JsonScanner::take_escape() {
  ++at_;
  const char kind = peek();
  ++at_;
  if (kind != 'u') return std::string_view("\"\\/bfnrt").find(kind) != std::string_view::npos;
  for (int i = 0; i < 4; ++i) {
    if (hex_digit(peek()) < 0) return false;
    ++at_;
  }
  return true;
}

bool JsonScanner::take_digits() {
  if (!is_digit(peek())) return false;
  while (is_digit(peek())) ++at_;
  return true;
}

bool JsonScanner::take_number() {
  take('-');
  if (!take('0') && !take_digits()) return false;
  if (take('.') && !take_digits()) return false;
  if (take('e') || take('E')) {
    if (!take('+')) take('-');
    return take_digits();
  }
  return true;
}

bool split_json_array(std::string_view text, std::vector<std::string_view>& elements,
                      std::size_t max_elements) {
  elements.clear();
  JsonScanner scanner(text, limits::kJsonDepth - 1);
  scanner.skip_space();
  if (!scanner.take('[')) return false;
  scanner.skip_space();
  if (!scanner.take(']')) {
    do {
      scanner.skip_space();
      const std::size_t begin = scanner.position();
      if (elements.size() == max_elements || !scanner.skip_value()) return false;
      elements.push_back(text.substr(begin, scanner.position() - begin));
      scanner.skip_space();
    } while (scanner.take(','));
    if (!scanner.take(']')) return false;
  }
  return scanner.at_end() && is_valid_utf8(text);
}

bool split_json_object(std::string_view text, JsonMembers& members, std::size_t max_members) {
  members.clear();
  JsonScanner scanner(text, limits::kJsonDepth - 1);
  scanner.skip_space();
  if (!scanner.take('{')) return false;
  scanner.skip_space();
  if (!scanner.take('}')) {
    do {
      scanner.skip_space();
      const std::size_t key = scanner.position();
      if (members.size() == max_members || !scanner.skip_string()) return false;
      const std::size_t key_end = scanner.position();
      scanner.skip_space();
      if (!scanner.take(':')) return false;
      scanner.skip_space();
      const std::size_t value = scanner.position();
      if (!scanner.skip_value()) return false;
      members.emplace_back(text.substr(key, key_end - key),
                           text.substr(value, scanner.position() - value));
      scanner.skip_space();
    } while (scanner.take(','));
    if (!scanner.take('}')) return false;
  }
  return scanner.at_end() && is_valid_utf8(text);
}

std::optional<std::string_view> find_json_member(const JsonMembers& members,
                                                 std::string_view name) {
  std::string key;
  const auto found = std::find_if(members.rbegin(), members.rend(), [&](const auto& member) {
    return read_json_string(member.first, key) && key == name;
  });
  if (found == members.rend()) return std::nullopt;
  return found->second;
}

bool read_json_string(std::string_view json, std::string& out) {
  out.clear();
  if (!json.starts_with('"')) return false;
  json.remove_prefix(1);
  json.remove_suffix(1);
  while (true) {
    const std::size_t escape = json.find('\\');
    out.append(json.substr(0, escape));
    if (escape == std::string_view::npos) return true;
    json.remove_prefix(escape);
    std::size_t used = 2;
    if (json[1] == 'u') {
      used = append_unicode_escape(json, out);
    } else {
      out.push_back(unescaped(json[1]));
    }
    json.remove_prefix(used);
  }
}

}  // namespace wsb
