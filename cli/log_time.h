#pragma once

// Times of day as logs write them, in UTC. Pure functions, any thread.

#include <chrono>
#include <string>

namespace wsb::cli {

// "2026-11-24T18:20:03.123Z", RFC 3339
[[nodiscard]] std::string iso_time(std::chrono::system_clock::time_point time);
// "24/Nov/2026:18:20:03 +0000", as in the Common Log Format
[[nodiscard]] std::string common_log_time(std::chrono::system_clock::time_point time);

}  // namespace wsb::cli
