#pragma once

// Writes the text format of Prometheus, version 0.0.4: what GET /metrics answers. The caller names
// each family once and then gives its samples; the writer escapes, and keeps a family's samples
// together. Value type, one thread at a time.

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/time.h"
#include "core/stats/histogram.h"

namespace wsb::report {

inline constexpr std::string_view kPrometheusContentType =
    "text/plain; version=0.0.4; charset=utf-8";

// Names are ours: letters, digits and '_', checked. Values may be anybody's text.
using MetricLabels = std::vector<std::pair<std::string_view, std::string_view>>;

class PrometheusText {
 public:
  // Begins a family. A counter's name ends with "_total", and its value only rises; a gauge's does
  // not. Units are seconds and bytes, named at the end: "wsb_fanout_seconds".
  void counter(std::string_view name, std::string_view help);
  void gauge(std::string_view name, std::string_view help);

  // Samples of the family that was begun last.
  void sample(std::uint64_t value, const MetricLabels& labels = {});
  void sample(double value, const MetricLabels& labels = {});
  void sample(Duration value, const MetricLabels& labels = {});  // in seconds

  // A family of its own (called again for other labels: the same one), in seconds, its buckets at
  // `bounds` (rising) and at infinity. A bucket takes whole counters of the histogram: a value up
  // to 0.1 % above a bound may count below it.
  void histogram(std::string_view name, std::string_view help, const stats::Histogram& values,
                 std::span<const Duration> bounds, const MetricLabels& labels = {});

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void begin(std::string_view name, std::string_view help, std::string_view type);
  void line(std::string_view suffix, const MetricLabels& labels, std::string_view bound,
            std::string_view value);

  std::string text_;
  std::string name_;  // of the family that was begun last
};

}  // namespace wsb::report
