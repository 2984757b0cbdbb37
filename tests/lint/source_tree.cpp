#include "tests/lint/source_tree.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace wsb::lint {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 6> kCodeExtensions = {".cpp", ".h",  ".py",
                                                             ".js",  ".mjs", ".sh"};
constexpr std::array<std::string_view, 15> kTextExtensions = {
    ".cpp",  ".h",   ".py",  ".js",   ".mjs",  ".sh", ".md", ".txt",
    ".json", ".cmake", ".html", ".css", ".1", ".bash", ".fish"};
constexpr std::array<std::string_view, 5> kTextNames = {"run", "_wsb", "LICENSE", ".gitignore",
                                                        ".clang-tidy"};

bool is_skipped_folder(const fs::path& path) {
  const std::string name = path.filename().string();
  return name == ".git" || name == "node_modules" || name == "corpus" ||
         name == "__pycache__" || name.starts_with("build");
}

bool is_text_file(const SourceFile& file) {
  return std::any_of(kTextExtensions.begin(), kTextExtensions.end(),
                     [&](std::string_view extension) { return file.has_extension(extension); }) ||
         std::find(kTextNames.begin(), kTextNames.end(), file.name()) != kTextNames.end();
}

}  // namespace

bool SourceFile::under(std::string_view folder) const {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

bool SourceFile::has_extension(std::string_view extension) const {
  return path.ends_with(extension);
}

std::string_view SourceFile::folder() const {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string_view() : std::string_view(path).substr(0, slash);
}

std::string_view SourceFile::name() const {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : std::string_view(path).substr(slash + 1);
}

bool SourceFile::is_cpp() const { return has_extension(".cpp") || has_extension(".h"); }

bool SourceFile::is_code() const {
  return path == ".ci/run" ||
         std::any_of(kCodeExtensions.begin(), kCodeExtensions.end(),
                     [&](std::string_view extension) { return has_extension(extension); });
}

const SourceFile* find_file(const SourceTree& tree, std::string_view path) {
  const auto found = std::find_if(tree.begin(), tree.end(),
                                  [&](const SourceFile& file) { return file.path == path; });
  return found == tree.end() ? nullptr : &*found;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string finding(const SourceFile& file, std::size_t line, std::string_view what) {
  return file.path + ":" + std::to_string(line) + ": " + std::string(what);
}

SourceTree read_source_tree(const std::string& root) {
  SourceTree tree;
  auto entry = fs::recursive_directory_iterator(root);
  for (; entry != fs::recursive_directory_iterator(); ++entry) {
    if (entry->is_directory() && is_skipped_folder(entry->path())) {
      entry.disable_recursion_pending();
      continue;
    }
    SourceFile file{fs::relative(entry->path(), root).generic_string(), {}};
    if (!entry->is_regular_file() || !is_text_file(file)) continue;
    std::ifstream stream(entry->path(), std::ios::binary);
    file.text.assign(std::istreambuf_iterator<char>(stream), {});
    tree.push_back(std::move(file));
  }
  std::sort(tree.begin(), tree.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return tree;
}

}  // namespace wsb::lint
