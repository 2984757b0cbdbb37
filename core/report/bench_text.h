#pragma once

// The final words of a bench run for a terminal: verdict and basis, latencies in milliseconds,
// losses, connections, and what makes the result doubtful. Plain text, at most 80 columns but for
// URLs and other long words. Pure function, any thread.

#include <string>

#include "core/report/bench_report.h"

namespace wsb::report {

// Ends with a newline.
[[nodiscard]] std::string bench_text(const BenchReport& report);

}  // namespace wsb::report
