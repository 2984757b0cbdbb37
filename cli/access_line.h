#pragma once

// A line of the access log: in the Combined Log Format, which tools for the logs of web servers
// read, or as one JSON object. Nothing that a client sent can end the line, close a quote or drive
// a terminal. Pure functions, any thread.

#include <chrono>
#include <string>

#include "core/net/access_log.h"

namespace wsb::cli {

// 127.0.0.1 - alice [24/Nov/2026:18:20:03 +0000] "GET /chat HTTP/1.1" 101 0 "-" "curl/8.1"
// A WebSocket that has ended has CLOSE for a method, and how it went behind the line.
[[nodiscard]] std::string access_line_text(const net::AccessEntry& entry,
                                           std::chrono::system_clock::time_point time);
[[nodiscard]] std::string access_line_json(const net::AccessEntry& entry,
                                           std::chrono::system_clock::time_point time);

}  // namespace wsb::cli
