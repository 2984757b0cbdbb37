#include "core/report/prometheus.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <functional>

#include "core/base/check.h"

namespace wsb::report {
namespace {

bool is_name(std::string_view text) {
  const auto is_name_char = [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && !(text[0] >= '0' && text[0] <= '9') &&
         std::all_of(text.begin(), text.end(), is_name_char);
}

// Help knows two escapes, a label's value three.
void append_escaped(std::string& out, std::string_view text, bool quoted) {
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '"' && quoted) {
      out += "\\\"";
    } else {
      out += c;
    }
  }
}

void append_label(std::string& out, std::string_view name, std::string_view value) {
  WSB_CHECK(is_name(name));
  out += out.back() == '{' ? "" : ",";
  out += name;
  out += "=\"";
  append_escaped(out, value, true);
  out += '"';
}

// The shortest text that reads as the same number.
std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return {digits.data(), end};
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

// How many values lie in counters that begin at or below each bound, bound by bound.
std::vector<std::uint64_t> cumulate(const stats::Histogram& values,
                                    std::span<const Duration> bounds) {
  std::vector<std::uint64_t> counts;
  std::uint64_t count = 0;
  std::size_t index = 0;
  for (const Duration bound : bounds) {
    WSB_CHECK(bound >= Duration::zero());
    const auto most = static_cast<std::uint64_t>(bound.count());
    while (index < stats::Histogram::kCounters && stats::Histogram::lowest_value(index) <= most) {
      count += values.counter(index++);
    }
    counts.push_back(count);
  }
  return counts;
}

// From the middles of the counters. Not from the mean, whose rounding could let the sum fall from
// one scrape to the next, which Prometheus would take for a restart.
double sum_of(const stats::Histogram& values) {
  double sum_ns = 0;
  for (std::size_t i = 0; i < stats::Histogram::kCounters; ++i) {
    if (values.counter(i) == 0) continue;
    const std::uint64_t lowest = stats::Histogram::lowest_value(i);
    const std::size_t next = std::min(i + 1, stats::Histogram::kCounters - 1);
    const std::uint64_t middle = lowest + (stats::Histogram::lowest_value(next) - lowest) / 2;
    sum_ns += static_cast<double>(middle) * static_cast<double>(values.counter(i));
  }
  return sum_ns / 1e9;
}

}  // namespace

void PrometheusText::begin(std::string_view name, std::string_view help, std::string_view type) {
  WSB_CHECK(is_name(name));
  name_ = name;
  text_ += "# HELP ";
  text_ += name;
  text_ += ' ';
  append_escaped(text_, help, false);
  text_ += "\n# TYPE ";
  text_ += name;
  text_ += ' ';
  text_ += type;
  text_ += '\n';
}

void PrometheusText::counter(std::string_view name, std::string_view help) {
  WSB_CHECK(name.ends_with("_total"));
  begin(name, help, "counter");
}

void PrometheusText::gauge(std::string_view name, std::string_view help) {
  WSB_CHECK(!name.ends_with("_total"));
  begin(name, help, "gauge");
}

void PrometheusText::line(std::string_view suffix, const MetricLabels& labels,
                          std::string_view bound, std::string_view value) {
  text_ += name_;
  text_ += suffix;
  if (!labels.empty() || !bound.empty()) {
    text_ += '{';
    for (const auto& [label, label_value] : labels) append_label(text_, label, label_value);
    if (!bound.empty()) append_label(text_, "le", bound);
    text_ += '}';
  }
  text_ += ' ';
  text_ += value;
  text_ += '\n';
}

void PrometheusText::sample(std::uint64_t value, const MetricLabels& labels) {
  line("", labels, "", std::to_string(value));
}

void PrometheusText::sample(double value, const MetricLabels& labels) {
  line("", labels, "", number(value));
}

void PrometheusText::sample(Duration value, const MetricLabels& labels) {
  sample(seconds(value), labels);
}

void PrometheusText::histogram(std::string_view name, std::string_view help,
                               const stats::Histogram& values, std::span<const Duration> bounds,
                               const MetricLabels& labels) {
  WSB_CHECK(std::adjacent_find(bounds.begin(), bounds.end(), std::greater_equal<>()) ==
            bounds.end());
  if (name_ != name) begin(name, help, "histogram");
  const std::vector<std::uint64_t> counts = cumulate(values, bounds);
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    line("_bucket", labels, number(seconds(bounds[i])), std::to_string(counts[i]));
  }
  line("_bucket", labels, "+Inf", std::to_string(values.count()));
  line("_sum", labels, "", number(sum_of(values)));
  line("_count", labels, "", std::to_string(values.count()));
}

}  // namespace wsb::report
