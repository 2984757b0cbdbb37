#pragma once

// How many files this process may have open: each connection is one. Linux. Any thread.

#include <cstdint>
#include <string>

namespace wsb::app {

struct OpenFilesLimit {  // the largest number: no limit
  std::uint64_t soft = 0;
  std::uint64_t hard = 0;
};
[[nodiscard]] OpenFilesLimit open_files_limit();

// Raises the soft limit to the hard one, as far as the kernel lets us; answers what it is then.
[[nodiscard]] std::uint64_t raise_open_files();

// What a server should say about such a limit; empty when it is ample.
[[nodiscard]] std::string open_files_warning(std::uint64_t limit);

}  // namespace wsb::app
