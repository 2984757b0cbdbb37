#pragma once

// The little JSON that protocol code needs without building documents.
// Pure functions, any thread.

#include <string>
#include <string_view>

#include "core/base/limits.h"

namespace wsb {

// Appends `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);
[[nodiscard]] std::string json_string(std::string_view text);

// True when the whole of `text` is one valid JSON object or array (RFC 8259), nested at most
// `max_depth` deep. White space around it is allowed.
[[nodiscard]] bool is_json_container(std::string_view text, int max_depth = limits::kJsonDepth);

}  // namespace wsb
