#pragma once

// From a finished run to its report: merges what the loops measured and balances the books.
// Called once, after all loops have ended.

#include "core/app/bench_config.h"
#include "core/load/fanout_run.h"
#include "core/report/bench_report.h"

namespace wsb::app {

// Everything but run id, version, start time and host.
[[nodiscard]] report::BenchReport bench_result(const BenchConfig& config,
                                               const load::FanoutRun& run);

}  // namespace wsb::app
