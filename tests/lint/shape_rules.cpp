#include "tests/lint/shape_rules.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "tests/lint/cpp_text.h"

namespace wsb::lint {
namespace {

bool in_house(const SourceFile& file) {
  return file.under("core") || file.under("cli") || file.under("tests");
}

bool is_cmake(const SourceFile& file) {
  return file.name() == "CMakeLists.txt" || file.has_extension(".cmake");
}

std::size_t columns_of(std::string_view line) {
  return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;  // not a continuation byte of UTF-8
  }));
}

std::size_t indent_of(std::string_view line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

bool is_blank(std::string_view line) { return indent_of(line) == line.size(); }

// A Python function ends where a line is indented no deeper than its def.
std::vector<FunctionBody> find_python_functions(std::string_view text) {
  std::vector<FunctionBody> found;
  const auto lines = lines_of(text);
  for (std::size_t at = 0; at < lines.size(); ++at) {
    const std::size_t indent = indent_of(lines[at]);
    std::string_view head = lines[at].substr(indent);
    if (head.starts_with("async ")) head.remove_prefix(6);
    if (!head.starts_with("def ")) continue;
    std::size_t last = at;
    for (std::size_t i = at + 1; i < lines.size(); ++i) {
      if (is_blank(lines[i])) continue;
      if (indent_of(lines[i]) <= indent && !lines[i].substr(indent).starts_with(')')) break;
      last = i;
    }
    head.remove_prefix(4);
    found.push_back({std::string(head.substr(0, head.find('('))), at + 1, last - at + 1});
  }
  return found;
}

// In JavaScript and sh only functions of the outermost level, which end with a brace in column 1.
std::vector<FunctionBody> find_script_functions(std::string_view text) {
  std::vector<FunctionBody> found;
  const auto lines = lines_of(text);
  for (std::size_t at = 0; at < lines.size(); ++at) {
    const std::string_view line = lines[at];
    const bool opens = line.ends_with('{') && indent_of(line) == 0 &&
                       (line.find("function ") != std::string_view::npos ||
                        line.find("() {") != std::string_view::npos ||
                        line.find("=> {") != std::string_view::npos);
    if (!opens) continue;
    std::size_t last = at + 1;
    while (last < lines.size() && !lines[last].starts_with('}')) ++last;
    found.push_back({std::string(line.substr(0, line.find('('))), at + 1, last - at + 1});
  }
  return found;
}

std::vector<FunctionBody> functions_of(const SourceFile& file) {
  if (file.is_cpp()) return find_functions(file.text);
  if (file.has_extension(".py")) return find_python_functions(file.text);
  if (file.is_code()) return find_script_functions(file.text);
  return {};
}

bool is_snake_case(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  });
}

bool is_camel_case(std::string_view name) {
  return name.front() >= 'A' && name.front() <= 'Z' &&
         name.find('_') == std::string_view::npos;
}

// The name of the type that `line` begins to define, or nothing.
std::string_view defined_type(std::string_view line) {
  line.remove_prefix(indent_of(line));
  bool any = false;
  for (const std::string_view keyword : {"enum ", "class ", "struct "}) {
    if (!line.starts_with(keyword)) continue;
    line.remove_prefix(keyword.size());
    any = true;
  }
  if (!any) return {};
  if (line.starts_with("[[")) {
    const std::size_t end = line.find("]] ");
    line.remove_prefix(end == std::string_view::npos ? line.size() : end + 3);
  }
  std::size_t end = 0;
  while (end < line.size() &&
         (std::isalnum(static_cast<unsigned char>(line[end])) != 0 || line[end] == '_')) {
    ++end;
  }
  // A mention of somebody else's type, such as `struct sockaddr* address` or `struct z_stream_s;`,
  // defines nothing.
  const std::string_view rest = line.substr(std::min(end, line.size()));
  const bool defines =
      rest.starts_with(" {") || rest.starts_with(" final") || rest.starts_with(" :");
  return defines ? line.substr(0, end) : std::string_view();
}

}  // namespace

Findings check_columns(const SourceTree& tree) {
  Findings findings;
  for (const SourceFile& file : tree) {
    if (!file.is_code() && !is_cmake(file)) continue;
    std::size_t number = 0;
    for (const std::string_view line : lines_of(file.text)) {
      ++number;
      const std::size_t columns = columns_of(line);
      if (columns <= kColumnsMax) continue;
      findings.push_back(finding(file, number, std::to_string(columns) + " columns"));
    }
  }
  return findings;
}

Findings check_file_lengths(const SourceTree& tree) {
  Findings findings;
  for (const SourceFile& file : tree) {
    if (!in_house(file) || !(file.is_code() || is_cmake(file))) continue;
    const std::size_t lines = lines_of(file.text).size();
    if (lines <= kFileLinesMax) continue;
    findings.push_back(finding(file, lines, "a file of " + std::to_string(lines) + " lines"));
  }
  return findings;
}

Findings check_function_lengths(const SourceTree& tree) {
  Findings findings;
  for (const SourceFile& file : tree) {
    if (!in_house(file) && !file.under(".ci")) continue;
    for (const FunctionBody& function : functions_of(file)) {
      if (function.lines <= kFunctionLinesMax) continue;
      findings.push_back(finding(file, function.line,
                                 "function '" + function.name + "' of " +
                                     std::to_string(function.lines) + " lines"));
    }
  }
  return findings;
}

Findings check_tabs(const SourceTree& tree) {
  Findings findings;
  for (const SourceFile& file : tree) {
    if (!file.is_code() && !is_cmake(file) && !file.has_extension(".md")) continue;
    std::size_t number = 0;
    for (const std::string_view line : lines_of(file.text)) {
      ++number;
      if (line.find('\t') == std::string_view::npos) continue;
      findings.push_back(finding(file, number, "a tab"));
    }
  }
  return findings;
}

Findings check_names(const SourceTree& tree) {
  Findings findings;
  for (const SourceFile& file : tree) {
    if (!in_house(file) || !file.is_code()) continue;
    if (!is_snake_case(file.name())) {
      findings.push_back(finding(file, 1, "the name of this file is not snake_case"));
    }
    if (!file.is_cpp()) continue;
    std::size_t number = 0;
    for (const std::string_view line : lines_of(file.text)) {
      ++number;
      const std::string_view type = defined_type(line);
      if (type.empty() || is_camel_case(type)) continue;
      findings.push_back(
          finding(file, number, "type '" + std::string(type) + "' is not CamelCase"));
    }
  }
  return findings;
}

Findings check_header_heads(const SourceTree& tree) {
  Findings findings;
  for (const SourceFile& file : tree) {
    if (!file.has_extension(".h")) continue;
    if (!file.text.starts_with("#pragma once\n\n//")) {
      findings.push_back(
          finding(file, 1, "a header begins with #pragma once and what it is for"));
    }
  }
  return findings;
}

}  // namespace wsb::lint
