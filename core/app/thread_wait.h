#pragma once

// How long the calling thread was ready to run, but another had its core: what a generator on a
// machine without a free core adds to each latency. Linux; 0 where the kernel does not tell.

#include <string>

#include "core/base/time.h"

namespace wsb::app {

[[nodiscard]] Duration thread_wait_time();
// From the text of a schedstat file: run time, waiting time, time slices, all since the thread's
// start and the first two in nanoseconds.
[[nodiscard]] Duration parse_schedstat_wait(const std::string& text);

}  // namespace wsb::app
