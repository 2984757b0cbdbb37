#pragma once

// The result of a bench run as one JSON object, schema "wsb.bench/1": durations are integers in
// nanoseconds, missing latencies are left out rather than zero. Pure function, any thread.

#include <string>

#include "core/report/bench_report.h"

namespace wsb::report {

// Indented by two spaces, ends with a newline.
[[nodiscard]] std::string bench_json(const BenchReport& report);

}  // namespace wsb::report
