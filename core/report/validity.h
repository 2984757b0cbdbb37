#pragma once

// Whether a bench result says something about the server, or about the machine that measured it.
// A load generator that falls behind reports its own queue as the server's latency; these are the
// signs of that. Pure function, any thread.

#include "core/report/bench_report.h"

namespace wsb::report {

// The limits, each with what passes as normal, and what makes the numbers worthless.
namespace validity_limits {
inline constexpr double kSendLagWarn = 0.10;  // share of delivery, at the same percentile
inline constexpr double kSendLagInvalid = 0.50;
inline constexpr Duration kSendLagAlwaysWarn = std::chrono::milliseconds(1);
inline constexpr double kSendLagLeastShare = 0.05;    // for that
inline constexpr double kSendLagMessagesBeyond = 10;  // fewer beyond the percentile only warn
inline constexpr Duration kSendLagNeverFlagged = std::chrono::microseconds(100);  // timer grain
inline constexpr double kRateWarn = 0.995;  // achieved of the target rate
inline constexpr double kRateInvalid = 0.98;
inline constexpr double kCpuWarn = 70;  // percent of one core, of any thread
inline constexpr double kCpuInvalid = 90;
inline constexpr Duration kCpuInvalidFrom = std::chrono::seconds(2);  // a shorter phase only warns
inline constexpr double kWaitWarn = 5;  // percent of the phase that any thread waited for a core
inline constexpr double kWaitInvalid = 25;
inline constexpr double kCanaryWarn = 1.25;  // clients' delivery p50 over the canaries'
inline constexpr double kCanaryInvalid = 2.0;
inline constexpr Duration kCanaryNeverFlagged = std::chrono::microseconds(200);  // difference
// A smaller difference only warns, whatever the ratio: a turn of the scheduler is as long.
inline constexpr Duration kCanaryInvalidFrom = std::chrono::milliseconds(1);
}  // namespace validity_limits

// Of everything in the report but its `validity`.
[[nodiscard]] Validity judge(const BenchReport& report);

}  // namespace wsb::report
