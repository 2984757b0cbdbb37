#pragma once

// Monotonic time. Pure code is given a TimePoint and never reads a clock; the real loop reads
// CLOCK_MONOTONIC, which all processes of one boot share; the fake loop turns it by hand.

#include <chrono>

namespace wsb {

using Duration = std::chrono::nanoseconds;
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;

using namespace std::chrono_literals;

}  // namespace wsb
