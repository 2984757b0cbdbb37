#pragma once

// The text files of the project, read once and judged by the rules beside this file. A test of a
// rule builds its own little tree in memory. Paths are written from the root with forward slashes.

#include <string>
#include <string_view>
#include <vector>

namespace wsb::lint {

struct SourceFile {
  std::string path;
  std::string text;

  [[nodiscard]] bool under(std::string_view folder) const;  // "core", "tests/unit"
  [[nodiscard]] bool has_extension(std::string_view extension) const;  // ".h"
  [[nodiscard]] std::string_view folder() const;
  [[nodiscard]] std::string_view name() const;
  [[nodiscard]] bool is_cpp() const;
  // Written by hand by a programmer: sources and scripts of every language here.
  [[nodiscard]] bool is_code() const;
};

using SourceTree = std::vector<SourceFile>;
using Findings = std::vector<std::string>;  // "path:line: what is wrong"

[[nodiscard]] const SourceFile* find_file(const SourceTree& tree, std::string_view path);
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);
[[nodiscard]] std::string finding(const SourceFile& file, std::size_t line, std::string_view what);

// All text files under `root` but for the build, the repository's own data and fuzz corpora.
[[nodiscard]] SourceTree read_source_tree(const std::string& root);

}  // namespace wsb::lint
