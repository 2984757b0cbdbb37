#pragma once

// The files of this folder that make the built-in page, compiled in: embed.cmake writes the source
// of this header into the build tree. Constant data, any thread.

#include "core/app/web_assets.h"

namespace wsb::cli {

[[nodiscard]] app::WebAssets built_in_page();

}  // namespace wsb::cli
