#pragma once

// The media type of a file by the ending of its name (RFC 9110 §8.3.1), since browsers refuse
// scripts and styles that come as something else. Pure functions, any thread.

#include <string_view>

namespace wsb::http {

// "text/html; charset=utf-8"; the case of letters does not count. "application/octet-stream" for
// an ending that it does not know and for none.
[[nodiscard]] std::string_view media_type_of(std::string_view file_name);

// Whether gzip makes a body of this type smaller: text, and formats that are text or code.
// Pictures, films and archives are compressed already. Parameters do not count.
[[nodiscard]] bool is_compressible(std::string_view media_type);

}  // namespace wsb::http
