#pragma once

// How many cells text takes on a terminal. Needs a UTF-8 locale for LC_CTYPE (see Terminal). Pure
// but for that, any thread.

#include <cstddef>
#include <string_view>

namespace wsb::cli {

// The length of the character at the head of valid, non-empty UTF-8.
[[nodiscard]] std::size_t character_bytes(std::string_view text);
// Its code point.
[[nodiscard]] char32_t code_point(std::string_view text);
// 0 for combining marks, 2 for wide characters, 1 for the rest; controls count 1.
[[nodiscard]] std::size_t cell_width(char32_t character);
[[nodiscard]] std::size_t text_width(std::string_view text);

}  // namespace wsb::cli
