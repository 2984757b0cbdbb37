#include "core/report/bench_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "core/base/text.h"

namespace wsb::report {
namespace {

constexpr std::array kPercents = {50.0, 90.0, 99.0, 99.9, 99.99};
constexpr std::size_t kWidth = 80;
constexpr std::size_t kLabelWidth = 20;
constexpr std::size_t kColumnWidth = 9;
constexpr double kMessagesBeyond = 10;  // fewer messages beyond a percentile: low confidence
constexpr std::string_view kDot = "·";

std::string pad_left(const std::string& text, std::size_t shown, std::size_t width) {
  return shown < width ? std::string(width - shown, ' ') + text : text;
}

double in_ms(Duration duration) { return static_cast<double>(duration.count()) / 1e6; }

// Three significant digits.
std::string ms(Duration duration) {
  const double value = in_ms(duration);
  const int decimals = value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0;
  return format("%.*f", decimals, value);
}

// Characters of UTF-8.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80;
  }));
}

// `text` behind `head`, in lines of at most kWidth columns where its words allow, each line but the
// first indented by `indent`.
std::string wrapped(std::string head, std::size_t indent, std::string_view text) {
  std::string out;
  bool begun = false;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (begun && width_of(head) + 1 + width_of(word) > kWidth) {
      out += head + '\n';
      head = std::string(indent, ' ');
      begun = false;
    }
    if (begun) head += ' ';
    head += word;
    begun = true;
  }
  return out + head + '\n';
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

// One for the whole table, so that the points stand below each other: microseconds where they
// matter, less where the largest value would not fit.
int decimals_of(Duration largest) {
  const double value = in_ms(largest);
  return value < 1'000 ? 3 : value < 100'000 ? 2 : 0;
}

struct Row {
  std::string_view name;
  const stats::Histogram* histogram;
};

// A dot behind a percentile says that it rests on too few messages.
std::string row_text(const Row& row, int decimals, std::uint64_t messages, bool& any_dot) {
  std::string out = label(row.name);
  for (const double percent : kPercents) {
    const auto text = format("%.*f", decimals, in_ms(shown(*row.histogram, percent)));
    const bool unsure = static_cast<double>(messages) * (100 - percent) / 100 < kMessagesBeyond;
    any_dot = any_dot || unsure;
    out += pad_left(text, text.size(), kColumnWidth);
    out += unsure ? kDot : " ";
  }
  const auto text = format("%.*f", decimals, in_ms(row.histogram->max()));
  return out + pad_left(text, text.size(), kColumnWidth) + '\n';
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

// Rounded down: "100.000%" is all of it.
std::string share(std::uint64_t part, std::uint64_t whole) {
  const double percent =
      whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  return part == whole && whole > 0 ? "100.000%"
                                    : format("%.3f%%", std::floor(percent * 1000) / 1000);
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
  if (!report.problem.empty()) out += wrapped("  ", 2, report.problem);
  for (const auto& flag : report.validity.flags) {
    const char* head = flag.severity == Verdict::invalid ? "  invalid: " : "  warning: ";
    out += wrapped(head, 11, flag.message);
  }
  if (blames_generator(report.validity)) {
    out += wrapped("  ", 2,
                   "these numbers say more about this machine than about the server: try fewer "
                   "--clients, a lower --rate, or the server and wsb bench on two machines");
  }
  for (const auto& note : report.notes) out += wrapped("  note: ", 8, note);
  out += '\n' + label("target") + report.target.url + '\n';
  if (!report.target.relay_description.empty()) {
    out += wrapped(label("relay"), kLabelWidth, report.target.relay_description);
  }
}

// What does not happen in a good run, each with what it means.
void add_rare_counts(std::string& out, const BenchReport& report) {
  const auto& counts = report.counts;
  const struct {
    std::uint64_t count;
    const char* name;
    const char* meaning;
  } rare[] = {
      {counts.not_connected, "not connected", "due after the client had gone"},
      {counts.unsent, "unsent", "messages due, but the publisher was behind"},
      {counts.unsent_disconnected, "cut off", "messages due after the publisher had gone"},
      {counts.too_old, "too old", "over 63 messages late or twice, so not received"},
      {counts.corrupt, "corrupt", "arrived damaged"},
      {counts.foreign, "foreign", "not of this run"},
      {report.canaries.lost, "lost by canaries", "besides those of the clients"},
  };
  for (const auto& each : rare) {
    if (each.count == 0) continue;
    out += wrapped(label(""), kLabelWidth + 2,
                   std::string(each.name) + ' ' + with_thousands(each.count) + ": " + each.meaning);
  }
}

void add_counts(std::string& out, const BenchReport& report) {
  const auto& counts = report.counts;
  const bool echo = report.target.relay == "self";
  out += label("deliveries") + with_thousands(counts.sent) + " messages";
  if (!echo) out += " × " + with_thousands(report.receivers) + " clients";
  out += '\n' + label("") + with_thousands(counts.received) + " of " +
         with_thousands(counts.expected) + (echo ? " came back (" : " received (") +
         share(counts.received, counts.expected) + ")\n";
  out += wrapped(label(""), kLabelWidth,
                 "lost " + with_thousands(counts.lost) + ", duplicate " +
                     with_thousands(counts.duplicates) + ", reordered " +
                     with_thousands(counts.reordered));
  add_rare_counts(out, report);
  out += label("rate") +
         format("%.1f of %.1f messages/s, ", report.rates.achieved, report.rates.target) +
         with_thousands(static_cast<unsigned long long>(std::llround(report.rates.deliveries))) +
         " deliveries/s\n";
  out += label("message") + format_byte_size(report.setup.size) + ", compression " +
         (report.setup.deflate ? "offered" : "off") + '\n';
  if (!report.setup.socketio) return;
  out += wrapped(label(""), kLabelWidth,
                 "as event '" + printable(report.setup.event) + "' of Socket.IO in namespace '" +
                     printable(report.setup.nsp) + "'");
}

void add_latencies(std::string& out, const BenchReport& report) {
  const auto& latency = report.latency;
  const Row rows[] = {{"delivery", &latency.delivery},    {"  from actual send", &latency.service},
                      {"first receiver", &latency.first}, {"last receiver", &latency.completion},
                      {"spread", &latency.spread},        {"canaries", &latency.canary},
                      {"back at sender", &latency.self},  {"send lag", &latency.send_lag}};
  Duration largest{};
  for (const Row& row : rows) largest = std::max(largest, row.histogram->max());
  bool any_dot = false;
  std::string text;
  for (const Row& row : rows) {
    if (row.histogram->empty()) continue;
    text += row_text(row, decimals_of(largest), report.counts.sent, any_dot);
  }
  if (text.empty()) return;
  out += '\n' + headings() + text;
  if (any_dot) {
    out += label("") + std::string(kDot) + " fewer than 10 messages beyond: low confidence\n";
  }
}

void add_causes(std::string& out, const char* what,
                const std::map<std::string, std::uint64_t>& causes) {
  for (const auto& [cause, count] : causes) {
    out += wrapped(label(""), kLabelWidth + 2, with_thousands(count) + ' ' + what + ": " + cause);
  }
}

std::string split_of(const char* name, const stats::Histogram& histogram) {
  if (histogram.empty()) return {};
  return std::string(", to ") + name + ' ' + ms(shown(histogram, 50)) + '/' +
         ms(shown(histogram, 99));
}

void add_connects(std::string& out, const BenchReport& report) {
  const auto& connect = report.connect;
  out += '\n' + label("connections") + with_thousands(connect.ok) + " ok, " +
         with_thousands(connect.failed_total) + " failed";
  if (connect.per_second > 0) out += format(", %.0f/s", connect.per_second);
  out += '\n';
  const auto times = split_of("TCP", connect.tcp) + split_of("TLS", connect.tls) +
                     split_of("upgrade", connect.upgrade);
  if (!times.empty()) {
    out += wrapped(label(""), kLabelWidth, times.substr(2) + " (p50/p99 in ms)");
  }
  add_causes(out, "failed", connect.failed);
  add_causes(out, "dropped", connect.dropped_why);
  if (report.threads.empty()) return;
  std::string threads;
  for (const auto& thread : report.threads) {
    if (!threads.empty()) threads += ", ";
    threads += format("%s %.0f%%", thread.role.c_str(), thread.cpu_percent);
  }
  out += wrapped(label("generator"), kLabelWidth, threads + " of a core");
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
