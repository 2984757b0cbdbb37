#pragma once

// `wsb bench`: checks the machine's limits, starts the threads, measures, and answers a report.

#include <functional>

#include "core/app/bench_config.h"
#include "core/app/stop_signal.h"
#include "core/base/result.h"
#include "core/load/fanout_run.h"
#include "core/net/runtime.h"
#include "core/report/bench_report.h"

namespace wsb::app {

// Called some ten times a second on the thread that called run_bench(). It may block: the run goes
// on, and what it reports meanwhile is left out but for the latest.
using BenchProgress = std::function<void(const load::FanoutProgress&)>;

// Blocks until the run is over. The first stop request drains and closes, a second one ends at
// once; both give what was measured so far. A run that could not connect or got nothing is a report
// too: see its outcome. Errors: a configuration or a machine that does not allow the run. The
// report's version is for the caller to fill in.
[[nodiscard]] Result<report::BenchReport> run_bench(const BenchConfig& config,
                                                    net::Runtime& runtime, StopSignal& stop,
                                                    const BenchProgress& progress);

}  // namespace wsb::app
