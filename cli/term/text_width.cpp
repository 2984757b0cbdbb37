#include "cli/term/text_width.h"

#include <cwchar>

namespace wsb::cli {

std::size_t character_bytes(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  return length < text.size() ? length : text.size();
}

char32_t code_point(std::string_view text) {
  const std::size_t length = character_bytes(text);
  const auto lead = static_cast<unsigned char>(text.front());
  if (length == 1) return lead;
  char32_t out = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    out = out << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  return out;
}

std::size_t cell_width(char32_t character) {
  const int width = ::wcwidth(static_cast<wchar_t>(character));
  return width < 0 ? 1 : static_cast<std::size_t>(width);
}

std::size_t text_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    width += cell_width(code_point(text));
    text.remove_prefix(character_bytes(text));
  }
  return width;
}

}  // namespace wsb::cli
