#include "tests/lint/content_rules.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include "tests/lint/cpp_text.h"

namespace wsb::lint {
namespace {

// Written in two parts, so that this file does not find itself.
constexpr std::array<std::string_view, 5> kLeftovers = {"TO" "DO", "FIX" "ME", "XX" "X", "HA" "CK",
                                                        "not imple" "mented"};
constexpr std::array<std::string_view, 2> kWorkplaceWords = {"/wo" "rk/", "helper ag" "ent"};
constexpr std::array<std::string_view, 6> kSleepCalls = {
    "sleep_for", "sleep_until", "usleep", "nanosleep", "time.sleep", "waitForTimeout"};

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Where `word` stands alone in `line`.
std::size_t find_word(std::string_view line, std::string_view word) {
  for (std::size_t at = line.find(word); at != std::string_view::npos;
       at = line.find(word, at + 1)) {
    const bool begins = at == 0 || !is_word(line[at - 1]);
    const std::size_t end = at + word.size();
    const bool ends = end == line.size() || !is_word(line[end]) || !is_word(word.back());
    if (begins && ends) return at;
  }
  return std::string_view::npos;
}

bool has_word(std::string_view line, std::string_view word) {
  return find_word(line, word) != std::string_view::npos;
}

template <class F>
Findings check_lines(const SourceFile& file, F judge) {
  Findings findings;
  std::size_t number = 0;
  for (const std::string_view line : lines_of(file.text)) {
    ++number;
    const std::string what = judge(line);
    if (!what.empty()) findings.push_back(finding(file, number, what));
  }
  return findings;
}

void append(Findings& findings, Findings more) {
  findings.insert(findings.end(), more.begin(), more.end());
}

// The first argument of the call that begins at `at`, when it is a bare name: a promise's resolver.
bool passes_bare_name(std::string_view line, std::size_t at) {
  std::size_t i = line.find('(', at) + 1;
  const std::size_t from = i;
  while (i < line.size() && is_word(line[i])) ++i;
  return i > from && i < line.size() && line[i] == ',';
}

bool is_timer_wait(std::string_view line) {
  const std::size_t at = find_word(line, "setTimeout(");
  return at != std::string_view::npos && passes_bare_name(line, at);
}

// asyncio.sleep(0) yields to the loop and waits for nothing.
bool is_asyncio_wait(std::string_view line) {
  return has_word(line, "asyncio.sleep(") && !has_word(line, "asyncio.sleep(0)");
}

bool is_shell_sleep(std::string_view line) {
  const std::size_t at = find_word(line, "sleep");
  if (at == std::string_view::npos || at + 6 >= line.size() || line[at + 5] != ' ') return false;
  const char before = at == 0 ? ' ' : line[at - 1];
  const char after = line[at + 6];
  return before == ' ' && (std::isdigit(static_cast<unsigned char>(after)) != 0 || after == '$' ||
                           after == '.' || after == '"');
}

bool is_shell(const SourceFile& file) {
  return file.has_extension(".sh") || file.has_extension(".bash") || file.path == ".ci/run";
}

bool is_sleep(const SourceFile& file, std::string_view line) {
  return std::any_of(kSleepCalls.begin(), kSleepCalls.end(),
                     [&](std::string_view call) { return has_word(line, call); }) ||
         is_timer_wait(line) || is_asyncio_wait(line) || (is_shell(file) && is_shell_sleep(line));
}

// The name that `line` defines as a constant: constexpr … kName = or kName{, or nothing.
std::string_view constant_of(std::string_view line) {
  if (!has_word(line, "constexpr") || line.starts_with("  ")) return {};
  for (std::size_t at = line.find(" k"); at != std::string_view::npos;
       at = line.find(" k", at + 1)) {
    std::size_t end = at + 1;
    while (end < line.size() && is_word(line[end])) ++end;
    const std::string_view rest = line.substr(end);
    const bool named = end > at + 2 && std::isupper(static_cast<unsigned char>(line[at + 2])) != 0;
    if (named && (rest.starts_with(" =") || rest.starts_with("{") || rest.starts_with("["))) {
      return line.substr(at + 1, end - at - 1);
    }
  }
  return {};
}

std::string test_path_of(const SourceFile& file) {
  std::string_view path = file.path;
  if (file.under("core")) path.remove_prefix(5);
  path.remove_suffix(4);
  return "tests/unit/" + std::string(path) + "_test.cpp";
}

bool wants_unit_test(const SourceFile& file) {
  return file.has_extension(".cpp") && (file.under("core") || file.under("cli"));
}

}  // namespace

Findings check_leftovers(const SourceTree& tree) {
  Findings findings;
  for (const SourceFile& file : tree) {
    append(findings, check_lines(file, [](std::string_view line) -> std::string {
             for (const std::string_view word : kLeftovers) {
               if (has_word(line, word)) return "leftover '" + std::string(word) + "'";
             }
             return {};
           }));
  }
  return findings;
}

Findings check_workplace_words(const SourceTree& tree) {
  Findings findings;
  for (const SourceFile& file : tree) {
    append(findings, check_lines(file, [](std::string_view line) -> std::string {
             for (const std::string_view word : kWorkplaceWords) {
               if (line.find(word) != std::string_view::npos) {
                 return "mentions '" + std::string(word) + "'";
               }
             }
             return {};
           }));
  }
  return findings;
}

Findings check_sleeps(const SourceTree& tree) {
  Findings findings;
  for (const SourceFile& file : tree) {
    // The rule's own text and examples name what they forbid.
    if (!file.under("tests") || file.under("tests/lint") || !file.is_code()) continue;
    append(findings, check_lines(file, [&](std::string_view line) -> std::string {
             return is_sleep(file, line) ? "a test that sleeps" : "";
           }));
  }
  return findings;
}

Findings check_changelog(const SourceTree& tree) {
  const SourceFile* file = find_file(tree, "CHANGELOG.md");
  if (file == nullptr) return {"CHANGELOG.md:1: is missing"};
  const auto lines = lines_of(file->text);
  if (std::find(lines.begin(), lines.end(), "## Unreleased") != lines.end()) return {};
  return {finding(*file, 1, "no section '## Unreleased'")};
}

Findings check_limits(const SourceTree& tree) {
  std::map<std::string, std::string, std::less<>> homes;  // constant: the header that defines it
  if (const SourceFile* limits = find_file(tree, "core/base/limits.h")) {
    for (const std::string_view line : lines_of(limits->text)) {
      const std::string_view name = constant_of(line);
      if (!name.empty()) homes.emplace(name, limits->path);
    }
  }
  Findings findings;
  for (const SourceFile& file : tree) {
    if (!file.is_cpp() || !(file.under("core") || file.under("cli"))) continue;
    append(findings, check_lines(file, [&](std::string_view line) -> std::string {
             const std::string_view name = constant_of(line);
             if (name.empty()) return {};
             auto home = homes.find(name);
             if (home == homes.end() && file.has_extension(".h")) {
               home = homes.emplace(name, file.path).first;
             }
             if (home == homes.end() || home->second == file.path) return {};
             return "constant '" + std::string(name) + "' is defined in " + home->second + " too";
           }));
  }
  return findings;
}

Findings check_unit_tests(const SourceTree& tree, const std::vector<Exemption>& exemptions) {
  Findings findings;
  for (const SourceFile& file : tree) {
    if (!wants_unit_test(file)) continue;
    const std::string test = test_path_of(file);
    const bool tested = find_file(tree, test) != nullptr;
    const bool exempt = std::any_of(exemptions.begin(), exemptions.end(),
                                    [&](const Exemption& e) { return e.path == file.path; });
    if (!tested && !exempt) findings.push_back(finding(file, 1, "has no " + test));
    if (tested && exempt) findings.push_back(finding(file, 1, "is exempt but has " + test));
  }
  for (const Exemption& exemption : exemptions) {
    if (find_file(tree, exemption.path)) continue;
    findings.push_back(std::string(exemption.path) + ":1: is exempt but does not exist");
  }
  return findings;
}

}  // namespace wsb::lint
