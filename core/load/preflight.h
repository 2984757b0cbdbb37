#pragma once

// Whether the machine's limits allow a run, found out before the first connection rather than by
// ten thousand failed ones, and the exact command that lifts what is in the way. Pure: the facts
// come from core/app. Any thread.

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/base/result.h"

namespace wsb::load {

struct PreflightFacts {
  std::uint64_t open_files_hard = 0;    // RLIMIT_NOFILE, the most this process may raise itself to
  std::uint64_t open_files_system = 0;  // fs.nr_open, the most anybody may raise it to
  std::uint32_t first_port = 32768;     // net.ipv4.ip_local_port_range
  std::uint32_t last_port = 60999;
};

struct PreflightNeeds {
  std::size_t connections = 0;  // clients, canaries and publishers
  std::size_t loops = 0;
  std::string host;  // of the URL; empty for a unix socket
};

// Files that a process has open besides its connections, with some to spare.
[[nodiscard]] std::uint64_t open_files_needed(const PreflightNeeds& needs);

// ErrorCode::invalid_argument, in one or more lines, when the run cannot fit.
[[nodiscard]] Result<void> preflight(const PreflightFacts& facts, const PreflightNeeds& needs);

}  // namespace wsb::load
