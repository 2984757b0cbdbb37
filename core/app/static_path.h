#pragma once

// From the path of an HTTP request to the names of folders and a file below the public folder, or
// to a refusal. No path escapes, and nothing that begins with a dot is served. Pure, any thread.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wsb::app {

struct StaticPath {
  std::vector<std::string> names;  // each one folder or file; never empty, ".", ".." or dotted
  bool folder = false;             // ends with '/': names a folder
};

// `path` as received, percent-encoded, beginning with '/'. nullopt: nothing of that name is served.
[[nodiscard]] std::optional<StaticPath> parse_static_path(std::string_view path);

}  // namespace wsb::app
