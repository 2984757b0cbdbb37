#pragma once

// Strings out of small JSON texts. Pure functions, any thread.

#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.h"

namespace wsb::session {

// nullopt: `json` is no string.
[[nodiscard]] std::optional<std::string> string_of_json(BytesView json);
// nullopt: `json` is no object, or has no string of that name.
[[nodiscard]] std::optional<std::string> string_member(BytesView json, std::string_view name);

}  // namespace wsb::session
