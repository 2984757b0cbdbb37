#pragma once

// From the text of an option's value to its target, with range. Pure.

#include <string_view>

#include "cli/command.h"
#include "core/base/result.h"

namespace wsb::cli {

// Errors: ErrorCode::invalid_argument; the text says what was given and what would be accepted.
[[nodiscard]] Result<void> store_value(const Target& target, std::string_view text);
// A flag was given, or its negation.
void store_flag(const Target& target, bool on);

// "1000", no sign, no unit. Errors name the range.
[[nodiscard]] Result<std::uint64_t> parse_integer(std::string_view text, std::uint64_t min,
                                                  std::uint64_t max);

}  // namespace wsb::cli
