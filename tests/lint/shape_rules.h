#pragma once

// The shape of sources: columns, lines, functions, tabs, names and the heads of headers.
// Pure functions over a tree.

#include <cstddef>

#include "tests/lint/source_tree.h"

namespace wsb::lint {

inline constexpr std::size_t kColumnsMax = 100;
inline constexpr std::size_t kFileLinesMax = 500;
inline constexpr std::size_t kFunctionLinesMax = 70;

[[nodiscard]] Findings check_columns(const SourceTree& tree);
[[nodiscard]] Findings check_file_lengths(const SourceTree& tree);
[[nodiscard]] Findings check_function_lengths(const SourceTree& tree);
[[nodiscard]] Findings check_tabs(const SourceTree& tree);
// Files are snake_case, types CamelCase.
[[nodiscard]] Findings check_names(const SourceTree& tree);
// A header begins with #pragma once and says what it is for.
[[nodiscard]] Findings check_header_heads(const SourceTree& tree);

}  // namespace wsb::lint
