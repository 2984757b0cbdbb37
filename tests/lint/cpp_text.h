#pragma once

// Just enough understanding of C++ to judge its shape: comments, literals and directives are
// blanked out with spaces, so that line and column stay what they were, and function bodies are
// found by their braces. A heuristic: it may miss an exotic function, it must not invent one.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace wsb::lint {

[[nodiscard]] std::string blank_comments_and_literals(std::string_view text);
[[nodiscard]] std::string blank_directives(std::string_view text);

struct FunctionBody {
  std::string name;       // what stands before its first parenthesis
  std::size_t line = 0;   // of the opening brace, from 1
  std::size_t lines = 0;  // from the line of the opening brace to that of the closing one
};

[[nodiscard]] std::vector<FunctionBody> find_functions(std::string_view text);

}  // namespace wsb::lint
