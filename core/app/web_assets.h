#pragma once

// The files of the built-in page, as `cli` compiled them in. Plain values that live as long as the
// program; any thread.

#include <span>
#include <string_view>

namespace wsb::app {

struct WebAsset {
  std::string_view path;          // "/app.js"; the page itself is "/"
  std::string_view content_type;
  std::string_view body;
};

using WebAssets = std::span<const WebAsset>;

}  // namespace wsb::app
