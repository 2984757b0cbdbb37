#pragma once

// What `wsb --version` says: bug reports need the versions of the libraries too. Pure.

#include <string>
#include <string_view>

namespace wsb::cli {

[[nodiscard]] std::string_view version();  // "0.1.0"
inline constexpr std::string_view kManualDate = "2026-11-24";

[[nodiscard]] std::string version_text();

}  // namespace wsb::cli
