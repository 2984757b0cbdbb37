#include "core/report/bench_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "core/base/text.h"

namespace wsb::report {
namespace {

constexpr std::array kPercents = {50.0, 90.0, 99.0, 99.9, 99.99};
constexpr std::size_t kLabelWidth = 20;
constexpr std::size_t kColumnWidth = 9;
constexpr double kMessagesBeyond = 10;  // fewer messages beyond a percentile: low confidence
constexpr std::string_view kDot = "·";

std::string pad_left(const std::string& text, std::size_t shown, std::size_t width) {
  return shown < width ? std::string(width - shown, ' ') + text : text;
}

std::string ms(Duration duration) {
  const double value = static_cast<double>(duration.count()) / 1e6;
  const int decimals = value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0;
  return format("%.*f", decimals, value);
}

std::string label(std::string_view text) {
  std::string out(text);
  out.resize(std::max(kLabelWidth, out.size() + 1), ' ');
  return out;
}

// A histogram's counters are up to 0.1 % wide; nothing is shown above the true maximum.
Duration shown(const stats::Histogram& histogram, double percent) {
  return std::min(histogram.percentile(percent), histogram.max());
}

std::string headings() {
  std::string out = label("latency in ms");
  for (const auto* heading : {"p50", "p90", "p99", "p99.9", "p99.99", "max"}) {
    out += pad_left(heading, std::string_view(heading).size(), kColumnWidth) + ' ';
  }
  out.pop_back();
  return out + '\n';
}

// A dot behind a percentile says that it rests on too few messages.
void add_row(std::string& out, std::string_view name, const stats::Histogram& histogram,
             std::uint64_t messages, bool& any_dot) {
  if (histogram.empty()) return;
  out += label(name);
  for (const double percent : kPercents) {
    const auto text = ms(shown(histogram, percent));
    const bool unsure = static_cast<double>(messages) * (100 - percent) / 100 < kMessagesBeyond;
    any_dot = any_dot || unsure;
    out += pad_left(text, text.size(), kColumnWidth);
    out += unsure ? kDot : " ";
  }
  const auto text = ms(histogram.max());
  out += pad_left(text, text.size(), kColumnWidth) + '\n';
}

std::string verdict(const BenchReport& report) {
  switch (report.outcome) {
    case BenchOutcome::no_connection: return "NO CONNECTION";
    case BenchOutcome::no_deliveries: return "NO DELIVERIES";
    case BenchOutcome::disconnected: return "SERVER ENDED THE CONNECTIONS";
    case BenchOutcome::interrupted:
      return report.validity.verdict == Verdict::invalid ? "PARTIAL, INVALID" : "PARTIAL";
    case BenchOutcome::completed: break;
  }
  return report.validity.verdict == Verdict::invalid ? "INVALID"
         : report.validity.verdict == Verdict::warn  ? "VALID, WITH WARNINGS"
                                                     : "VALID";
}

std::string share(std::uint64_t part, std::uint64_t whole) {
  return format("%.3f%%",
                whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

// The others are nothing that a smaller load would mend.
bool blames_generator(const Validity& validity) {
  constexpr std::array kCodes = {"send-lag", "rate", "thread-cpu", "thread-wait", "canary-gap"};
  return std::any_of(validity.flags.begin(), validity.flags.end(), [&](const ValidityFlag& flag) {
    return flag.severity == Verdict::invalid &&
           std::find(kCodes.begin(), kCodes.end(), flag.code) != kCodes.end();
  });
}

void add_head(std::string& out, const BenchReport& report) {
  out += "Result: " + verdict(report) + '\n';
  if (!report.problem.empty()) out += "  " + report.problem + '\n';
  for (const auto& flag : report.validity.flags) {
    out += flag.severity == Verdict::invalid ? "  invalid: " : "  warning: ";
    out += flag.message + '\n';
  }
  if (blames_generator(report.validity)) {
    out +=
        "  these numbers say more about this machine than about the server: "
        "fewer --clients, a lower\n  --rate, or the server and wsb bench on two machines\n";
  }
  for (const auto& note : report.notes) out += "  note: " + note + '\n';
  out += '\n' + label("target") + report.target.url + '\n';
  if (!report.target.relay_description.empty()) {
    out += label("relay") + report.target.relay_description + '\n';
  }
}

void add_counts(std::string& out, const BenchReport& report) {
  const auto& counts = report.counts;
  const bool echo = report.target.relay == "self";
  const std::string audience =
      echo ? " messages: " : " messages × " + with_thousands(report.receivers) + " clients: ";
  out += label("deliveries") + with_thousands(counts.sent) + audience +
         with_thousands(counts.received) + " of " + with_thousands(counts.expected) +
         (echo ? " came back (" : " received (") + share(counts.received, counts.expected) + ")\n";
  out += label("") + "lost " + with_thousands(counts.lost) + ", duplicate " +
         with_thousands(counts.duplicates) + ", reordered " + with_thousands(counts.reordered);
  const std::pair<std::uint64_t, const char*> rare[] = {
      {counts.too_old, "too old"}, {counts.corrupt, "corrupt"},
      {counts.foreign, "foreign"}, {counts.not_connected, "not connected"},
      {counts.unsent, "unsent"},   {counts.unsent_disconnected, "cut off"}};
  std::string separator = '\n' + label("");
  for (const auto& [count, name] : rare) {
    if (count == 0) continue;
    out += separator + name + ' ' + with_thousands(count);
    separator = ", ";
  }
  out += '\n' + label("rate");
  out += format("%.1f of %.1f messages/s, ", report.rates.achieved, report.rates.target) +
         with_thousands(static_cast<unsigned long long>(std::llround(report.rates.deliveries))) +
         " deliveries/s of " + format_byte_size(report.setup.size) + " each, compression " +
         (report.setup.deflate ? "offered" : "off") + '\n';
}

void add_latencies(std::string& out, const BenchReport& report) {
  const auto& latency = report.latency;
  const auto messages = report.counts.sent;
  bool any_dot = false;
  std::string rows;
  add_row(rows, "delivery", latency.delivery, messages, any_dot);
  add_row(rows, "  from actual send", latency.service, messages, any_dot);
  add_row(rows, "first receiver", latency.first, messages, any_dot);
  add_row(rows, "last receiver", latency.completion, messages, any_dot);
  add_row(rows, "spread", latency.spread, messages, any_dot);
  add_row(rows, "canaries", latency.canary, messages, any_dot);
  add_row(rows, "back at sender", latency.self, messages, any_dot);
  add_row(rows, "send lag", latency.send_lag, messages, any_dot);
  if (rows.empty()) return;
  out += '\n' + headings() + rows;
  if (any_dot) {
    out += label("") + std::string(kDot) + " fewer than 10 messages beyond: low confidence\n";
  }
}

void add_causes(std::string& out, const char* what,
                const std::map<std::string, std::uint64_t>& causes) {
  for (const auto& [cause, count] : causes) {
    out += label("") + with_thousands(count) + ' ' + what + ": " + cause + '\n';
  }
}

std::string split_of(const char* name, const stats::Histogram& histogram) {
  if (histogram.empty()) return {};
  return std::string(", ") + name + ' ' + ms(shown(histogram, 50)) + '/' + ms(shown(histogram, 99));
}

void add_connects(std::string& out, const BenchReport& report) {
  const auto& connect = report.connect;
  out += '\n' + label("connections") + with_thousands(connect.ok) + " ok, " +
         with_thousands(connect.failed_total) + " failed";
  if (connect.per_second > 0) out += format(", %.0f/s", connect.per_second);
  const auto times = split_of("tcp", connect.tcp) + split_of("tls", connect.tls) +
                     split_of("upgrade", connect.upgrade);
  out += times.empty() ? "\n" : times + " ms (p50/p99)\n";
  add_causes(out, "failed", connect.failed);
  add_causes(out, "dropped", connect.dropped_why);
  if (report.threads.empty()) return;
  out += label("generator");
  std::string separator;
  for (const auto& thread : report.threads) {
    out += separator + format("%s %.0f%%", thread.role.c_str(), thread.cpu_percent);
    separator = ", ";
  }
  out += " of a core\n";
}

}  // namespace

std::string bench_text(const BenchReport& report) {
  std::string out;
  add_head(out, report);
  if (report.counts.sent > 0) {
    add_counts(out, report);
    add_latencies(out, report);
  }
  add_connects(out, report);
  return out;
}

}  // namespace wsb::report
