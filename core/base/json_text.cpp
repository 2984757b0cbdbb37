#include "core/base/json_text.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/base/json_scanner.h"
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
  JsonScanner scanner(text, max_depth);
  scanner.skip_space();
  const char first = scanner.peek();
  return (first == '{' || first == '[') && scanner.skip_value() && scanner.at_end() &&
         is_valid_utf8(text);
}

}  // namespace wsb
