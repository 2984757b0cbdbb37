#pragma once

// Who may include whom: the floors of core/README.md, and the fences around other people's
// libraries. Pure functions over a tree.

#include "tests/lint/source_tree.h"

namespace wsb::lint {

// A file of core/ or cli/ includes its own folder or a lower floor.
[[nodiscard]] Findings check_floors(const SourceTree& tree);
// Includes in quotes are written from the root and name a file that exists.
[[nodiscard]] Findings check_include_paths(const SourceTree& tree);
// libwebsockets, libuv, OpenSSL, zlib, CLI11 and nlohmann/json stay where they belong.
[[nodiscard]] Findings check_fences(const SourceTree& tree);

}  // namespace wsb::lint
