#pragma once

// Files that an operator names, read whole: tokens, keys, passwords. Any thread.

#include <string>

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace wsb::app {

// `what` is for errors: "token file". Errors: cannot_read, naming the file; so for one that is
// larger than 1MiB.
[[nodiscard]] Result<Bytes> read_small_file(const std::string& what, const std::string& name);

}  // namespace wsb::app
