#pragma once

// Small text helpers that gcc 12's library lacks (no <format>). Pure functions, any thread.

#include <string>
#include <string_view>
#include <vector>

namespace wsb {

[[nodiscard]] bool equals_ignore_case(std::string_view a, std::string_view b);  // ASCII only
[[nodiscard]] std::string to_lower(std::string_view text);                      // ASCII only
[[nodiscard]] std::string_view trim(std::string_view text);                     // spaces and tabs
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
// printf into a string; for numbers, where streams would be clumsy.
[[nodiscard]] std::string format(const char* pattern, ...) __attribute__((format(printf, 1, 2)));
// "1,234,567"
[[nodiscard]] std::string with_thousands(unsigned long long number);
// For terminals and logs: the bytes of C0 and C1 controls (but for what `keep` holds) become \xNN,
// so that a peer cannot drive the terminal. Bytes that are not UTF-8 are shown the same way.
[[nodiscard]] std::string printable(std::string_view text, std::string_view keep = "");

}  // namespace wsb
