#include "core/report/validity.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"

namespace wsb::report {
namespace {

using namespace validity_limits;

double in_ms(Duration duration) { return static_cast<double>(duration.count()) / 1e6; }

double ratio(Duration part, Duration whole) {
  return static_cast<double>(part.count()) /
         static_cast<double>(std::max<Duration::rep>(whole.count(), 1));
}

std::string connections_count(std::uint64_t count) {
  return with_thousands(count) + (count == 1 ? " connection" : " connections");
}

// The highest percentile that at least ten messages lie beyond; 0: there is none.
double sound_percentile(std::uint64_t messages) {
  for (const double percent : {99.0, 95.0, 90.0, 75.0, 50.0}) {
    const double beyond = static_cast<double>(messages) * (100 - percent) / 100;
    if (beyond >= kSendLagMessagesBeyond) return percent;
  }
  return 0;
}

// How much of the delivery latency at one percentile is time before the message left: what the
// percentile is from the intended send, less what it is from the actual one.
double lag_share(const BenchLatencies& latency, double percent) {
  if (latency.delivery.empty()) {
    return ratio(latency.send_lag.percentile(percent), latency.self.percentile(percent));
  }
  const Duration delivery = latency.delivery.percentile(percent);
  return ratio(delivery - latency.service.percentile(percent), delivery);
}

void send_lag_at(const BenchLatencies& latency, double percent, bool may_be_invalid,
                 std::vector<ValidityFlag>& flags) {
  const Duration lag = latency.send_lag.percentile(percent);
  if (lag <= kSendLagNeverFlagged) return;
  const double share = lag_share(latency, percent);
  const bool long_lag = lag > kSendLagAlwaysWarn && share >= kSendLagLeastShare;
  if (share <= kSendLagWarn && !long_lag) return;
  const bool invalid = may_be_invalid && share > kSendLagInvalid;
  flags.push_back({"send-lag", invalid ? Verdict::invalid : Verdict::warn, share,
                   invalid ? kSendLagInvalid : kSendLagWarn,
                   format("messages left late: that is %.0f%% of delivery p%.0f (send lag p%.0f "
                          "%.2f ms)",
                          share * 100, percent, percent, in_ms(lag))});
}

// Of few messages p99 is the slowest: one hiccup of the scheduler, which is worth a warning, but
// does not spoil the rest.
void send_lag(const BenchReport& report, std::vector<ValidityFlag>& flags) {
  const auto& latency = report.latency;
  if (latency.send_lag.empty() || (latency.delivery.empty() && latency.self.empty())) return;
  const double sound = sound_percentile(latency.send_lag.count());
  if (sound > 0) send_lag_at(latency, sound, true, flags);
  if (flags.empty() && sound < 99) send_lag_at(latency, 99, false, flags);
}

void achieved_rate(const BenchReport& report, std::vector<ValidityFlag>& flags) {
  const auto due = report.counts.sent + report.counts.unsent;
  if (due == 0) return;
  const double share = static_cast<double>(report.counts.sent) / static_cast<double>(due);
  if (share >= kRateWarn) return;
  const bool invalid = share < kRateInvalid;
  flags.push_back({"rate", invalid ? Verdict::invalid : Verdict::warn, share,
                   invalid ? kRateInvalid : kRateWarn,
                   format("%.1f%% of the messages due could be sent", share * 100)});
}

void thread_cpu(const BenchReport& report, std::vector<ValidityFlag>& flags) {
  const auto busiest = std::max_element(
      report.threads.begin(), report.threads.end(),
      [](const BenchThread& a, const BenchThread& b) { return a.cpu_percent < b.cpu_percent; });
  if (busiest == report.threads.end() || busiest->cpu_percent <= kCpuWarn) return;
  const bool invalid = busiest->cpu_percent > kCpuInvalid && report.steady >= kCpuInvalidFrom;
  flags.push_back({"thread-cpu", invalid ? Verdict::invalid : Verdict::warn, busiest->cpu_percent,
                   invalid ? kCpuInvalid : kCpuWarn,
                   format("the thread '%s' used %.0f%% of a core", busiest->role.c_str(),
                          busiest->cpu_percent)});
}

// Other programs, the server among them, had the cores that the generator needed.
void thread_wait(const BenchReport& report, std::vector<ValidityFlag>& flags) {
  const auto longest = std::max_element(
      report.threads.begin(), report.threads.end(),
      [](const BenchThread& a, const BenchThread& b) { return a.wait_percent < b.wait_percent; });
  if (longest == report.threads.end() || longest->wait_percent <= kWaitWarn) return;
  const bool invalid = longest->wait_percent > kWaitInvalid;
  flags.push_back({"thread-wait", invalid ? Verdict::invalid : Verdict::warn, longest->wait_percent,
                   invalid ? kWaitInvalid : kWaitWarn,
                   format("the thread '%s' waited for a core for %.0f%% of the time",
                          longest->role.c_str(), longest->wait_percent)});
}

void canary_gap(const BenchReport& report, std::vector<ValidityFlag>& flags) {
  if (report.latency.canary.empty() || report.latency.delivery.empty()) return;
  const Duration clients = report.latency.delivery.percentile(50);
  const Duration canaries = report.latency.canary.percentile(50);
  if (clients - canaries <= kCanaryNeverFlagged) return;
  const double gap = ratio(clients, canaries);
  if (gap <= kCanaryWarn) return;
  const bool invalid = gap > kCanaryInvalid && clients - canaries >= kCanaryInvalidFrom;
  flags.push_back(
      {"canary-gap", invalid ? Verdict::invalid : Verdict::warn, gap,
       invalid ? kCanaryInvalid : kCanaryWarn,
       format(
           "clients see p50 %.2f ms, idle canaries %.2f ms: the rest is queueing in this process",
           in_ms(clients), in_ms(canaries))});
}

void accounting(const BenchReport& report, std::vector<ValidityFlag>& flags) {
  const auto& counts = report.counts;
  if (counts.received + counts.lost != counts.expected) {
    flags.push_back({"accounting", Verdict::invalid,
                     static_cast<double>(counts.received + counts.lost),
                     static_cast<double>(counts.expected),
                     "the books do not balance: received and lost together are not what was "
                     "expected"});
  }
  const auto negative = report.latency.delivery.negative() + report.latency.service.negative() +
                        report.latency.canary.negative() + report.latency.self.negative();
  if (negative > 0) {
    flags.push_back({"negative-latency", Verdict::invalid, static_cast<double>(negative), 0,
                     "messages came before they were sent: the clocks differ"});
  }
  if (counts.too_old > 0) {
    flags.push_back({"too-old", Verdict::warn, static_cast<double>(counts.too_old), 0,
                     "messages came more than 63 behind: late or duplicate, which cannot be told"});
  }
  if (counts.lag_unknown > 0) {
    flags.push_back({"lag-unknown", Verdict::warn, static_cast<double>(counts.lag_unknown), 0,
                     with_thousands(counts.lag_unknown) +
                         " deliveries were sent 16.7 s late or later, more than a message can "
                         "say: 'from actual send' is without them"});
  }
}

// Percentiles end where the histogram ends; the maximum is exact all the same.
void overflow(const BenchReport& report, std::vector<ValidityFlag>& flags) {
  const auto& latency = report.latency;
  const std::pair<const char*, const stats::Histogram*> all[] = {
      {"delivery", &latency.delivery},    {"from actual send", &latency.service},
      {"first receiver", &latency.first}, {"last receiver", &latency.completion},
      {"spread", &latency.spread},        {"canaries", &latency.canary},
      {"back at sender", &latency.self},  {"send lag", &latency.send_lag}};
  for (const auto& [name, histogram] : all) {
    const auto over = histogram->overflow();
    if (over == 0) continue;
    flags.push_back({"overflow", Verdict::warn, static_cast<double>(over), 0,
                     with_thousands(over) + " of '" + name +
                         "' took more than an hour: percentiles count them as an hour"});
  }
}

void connections(const BenchReport& report, std::vector<ValidityFlag>& flags) {
  const auto missing = report.connect.failed_total;
  if (missing > 0) {
    flags.push_back({"connect-failed", Verdict::warn, static_cast<double>(missing), 0,
                     connections_count(missing) + " could not be made"});
  }
  const auto unsent = report.counts.unsent_disconnected;
  // When all connections ended the outcome says it.
  if (unsent > 0 && report.outcome != BenchOutcome::disconnected) {
    flags.push_back(
        {"publisher-lost", Verdict::warn, static_cast<double>(unsent), 0,
         with_thousands(unsent) +
             (unsent == 1 ? " message was not sent: its" : " messages were not sent: their") +
             " publisher's connection had ended"});
  }
  if (report.connect.dropped > 0) {
    flags.push_back({"dropped", Verdict::warn, static_cast<double>(report.connect.dropped), 0,
                     connections_count(report.connect.dropped) + " ended during the run"});
  }
}

}  // namespace

Validity judge(const BenchReport& report) {
  Validity validity;
  send_lag(report, validity.flags);
  achieved_rate(report, validity.flags);
  thread_cpu(report, validity.flags);
  thread_wait(report, validity.flags);
  canary_gap(report, validity.flags);
  accounting(report, validity.flags);
  overflow(report, validity.flags);
  connections(report, validity.flags);
  for (const auto& flag : validity.flags)
    validity.verdict = std::max(validity.verdict, flag.severity);
  std::stable_sort(
      validity.flags.begin(), validity.flags.end(),
      [](const ValidityFlag& a, const ValidityFlag& b) { return a.severity > b.severity; });
  return validity;
}

}  // namespace wsb::report
