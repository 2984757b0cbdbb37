#include "tests/lint/cpp_text.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace wsb::lint {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

void blank(std::string& text, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < std::min(to, text.size()); ++i) {
    if (text[i] != '\n') text[i] = ' ';
  }
}

// The end of the literal whose opening quote is at `at`; escapes count.
std::size_t end_of_literal(const std::string& text, std::size_t at) {
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == text[at] || text[i] == '\n') {
      return i + 1;
    }
  }
  return text.size();
}

std::size_t end_of_raw_literal(const std::string& text, std::size_t at) {
  const std::size_t open = text.find('(', at);
  if (open == std::string::npos) return text.size();
  const std::string closing = ")" + text.substr(at + 1, open - at - 1) + "\"";
  const std::size_t end = text.find(closing, open);
  return end == std::string::npos ? text.size() : end + closing.size();
}

// The end of what must be blanked at `at`, or `at` when it is plain code.
std::size_t end_of_blank(const std::string& text, std::size_t at) {
  const char c = text[at];
  const char next = at + 1 < text.size() ? text[at + 1] : '\0';
  if (c == '/' && next == '/') return std::min(text.find('\n', at), text.size());
  if (c == '/' && next == '*') {
    const std::size_t end = text.find("*/", at + 2);
    return end == std::string::npos ? text.size() : end + 2;
  }
  if (c == '"') {
    return at > 0 && text[at - 1] == 'R' ? end_of_raw_literal(text, at) : end_of_literal(text, at);
  }
  const bool separates_digits = at > 0 && is_word(text[at - 1]);
  if (c == '\'' && !separates_digits) return end_of_literal(text, at);
  return at;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) {
    text.remove_prefix(1);
  }
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) {
    text.remove_suffix(1);
  }
  return text;
}

std::string_view last_word(std::string_view text) {
  std::size_t from = text.size();
  while (from > 0 && is_word(text[from - 1])) --from;
  return text.substr(from);
}

std::string_view first_word(std::string_view text) {
  std::size_t to = 0;
  while (to < text.size() && is_word(text[to])) ++to;
  return text.substr(0, to);
}

std::string_view without_template(std::string_view head) {
  while (first_word(head) == "template") {
    std::size_t at = head.find('<');
    int depth = 0;
    for (; at < head.size(); ++at) {
      if (head[at] == '<') ++depth;
      if (head[at] == '>' && --depth == 0) break;
    }
    head = trimmed(head.substr(std::min(at + 1, head.size())));
  }
  return head;
}

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// True behind the parameters of a constructor: "Foo(int a) : a_".
bool has_member_list(std::string_view head) {
  for (std::size_t at = head.find(')'); at != std::string_view::npos; at = head.find(')', at + 1)) {
    if (trimmed(head.substr(at + 1)).starts_with(':')) return true;
  }
  return false;
}

enum class BraceKind { plain, function, initialiser };

// What a brace opens, judged by what stands before it since the last ; { or }.
BraceKind classify(std::string_view head) {
  constexpr std::array<std::string_view, 5> kTypes = {"namespace", "class", "struct", "union",
                                                      "enum"};
  constexpr std::array<std::string_view, 5> kTails = {"const", "noexcept", "override", "final",
                                                      "mutable"};
  head = without_template(trimmed(head));
  if (std::count(head.begin(), head.end(), '(') > std::count(head.begin(), head.end(), ')')) {
    return BraceKind::initialiser;
  }
  const std::size_t close = head.rfind(')');
  if (close == std::string_view::npos || is_one_of(first_word(head), kTypes)) {
    return BraceKind::plain;
  }
  if (head.back() == '=') return BraceKind::plain;
  const std::string_view word = last_word(head);
  const bool names_member = !word.empty() && !is_one_of(word, kTails) && has_member_list(head);
  return names_member ? BraceKind::initialiser : BraceKind::function;
}

std::string function_name(std::string_view head) {
  head = without_template(trimmed(head));
  const std::string_view before = trimmed(head.substr(0, head.find('(')));
  const std::size_t space = before.find_last_of(" \n*&");
  return std::string(space == std::string_view::npos ? before : before.substr(space + 1));
}

class FunctionFinder {
 public:
  std::vector<FunctionBody> run(std::string_view text) {
    for (const char c : text) step(c);
    return std::move(found_);
  }

 private:
  struct Brace {
    BraceKind kind;
    std::size_t line;
    std::string head;
  };

  void step(char c) {
    if (c == '\n') ++line_;
    if (c == '{') {
      open();
    } else if (c == '}') {
      close();
    } else if (c == ';') {
      head_.clear();
    } else {
      head_.push_back(c == '\n' ? ' ' : c);
    }
  }

  void open() {
    const BraceKind kind = inside_function() ? BraceKind::plain : classify(head_);
    braces_.push_back({kind, line_, std::move(head_)});
    head_.clear();
  }

  void close() {
    if (braces_.empty()) return;
    const Brace brace = std::move(braces_.back());
    braces_.pop_back();
    head_.clear();
    if (brace.kind == BraceKind::initialiser) head_ = brace.head + "}";
    if (brace.kind == BraceKind::function) {
      found_.push_back({function_name(brace.head), brace.line, line_ - brace.line + 1});
    }
  }

  [[nodiscard]] bool inside_function() const {
    return std::any_of(braces_.begin(), braces_.end(),
                       [](const Brace& brace) { return brace.kind == BraceKind::function; });
  }

  std::vector<Brace> braces_;
  std::vector<FunctionBody> found_;
  std::string head_;
  std::size_t line_ = 1;
};

}  // namespace

std::string blank_comments_and_literals(std::string_view text) {
  std::string out(text);
  for (std::size_t at = 0; at < out.size();) {
    const std::size_t end = end_of_blank(out, at);
    if (end == at) {
      ++at;
      continue;
    }
    blank(out, at, end);
    at = end;
  }
  return out;
}

std::string blank_directives(std::string_view text) {
  std::string out(text);
  bool continued = false;
  for (std::size_t from = 0; from < out.size();) {
    const std::size_t end = std::min(out.find('\n', from), out.size());
    const std::string_view line = std::string_view(out).substr(from, end - from);
    const bool directive = continued || trimmed(line).starts_with('#');
    continued = directive && line.ends_with('\\');
    if (directive) blank(out, from, end);
    from = end + 1;
  }
  return out;
}

std::vector<FunctionBody> find_functions(std::string_view text) {
  return FunctionFinder().run(blank_directives(blank_comments_and_literals(text)));
}

}  // namespace wsb::lint
