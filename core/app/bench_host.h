#pragma once

// What bench needs to know of, and to ask from, the machine it runs on. Linux.

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/base/time.h"
#include "core/load/preflight.h"
#include "core/report/bench_report.h"

namespace wsb::app {

[[nodiscard]] load::PreflightFacts preflight_facts();
[[nodiscard]] report::BenchHost bench_host();
// How many cores this process may use.
[[nodiscard]] std::size_t usable_cores();
// CPU time of the calling thread.
[[nodiscard]] Duration thread_cpu_time();
// The wall clock, RFC 3339 in UTC: for the record only, never for measuring.
[[nodiscard]] std::string utc_now();

}  // namespace wsb::app
