#include "core/report/prometheus.h"

#include <catch2/catch.hpp>

#include <array>
#include <cmath>
#include <limits>

using namespace wsb;
using namespace wsb::report;

TEST_CASE("a family has its help, its type and its samples") {
  PrometheusText out;
  out.counter("wsb_messages_total", "Messages published.");
  out.sample(std::uint64_t{12});
  out.gauge("wsb_clients", "Clients connected now.");
  out.sample(std::uint64_t{3}, {{"kind", "plain"}});
  out.sample(std::uint64_t{0}, {{"kind", "raw"}, {"worker", "1"}});
  out.gauge("wsb_loop_lag_seconds", "How late timers are.");
  out.sample(1500us);
  CHECK(out.text() ==
        "# HELP wsb_messages_total Messages published.\n"
        "# TYPE wsb_messages_total counter\n"
        "wsb_messages_total 12\n"
        "# HELP wsb_clients Clients connected now.\n"
        "# TYPE wsb_clients gauge\n"
        "wsb_clients{kind=\"plain\"} 3\n"
        "wsb_clients{kind=\"raw\",worker=\"1\"} 0\n"
        "# HELP wsb_loop_lag_seconds How late timers are.\n"
        "# TYPE wsb_loop_lag_seconds gauge\n"
        "wsb_loop_lag_seconds 0.0015\n");
}

TEST_CASE("numbers are written in full") {
  struct Row {
    double value;
    const char* text;
  };
  const Row row = GENERATE(values<Row>({
      {0, "0"},
      {-1.5, "-1.5"},
      {0.1, "0.1"},
      {1e300, "1e+300"},
      {std::numeric_limits<double>::quiet_NaN(), "NaN"},
      {std::numeric_limits<double>::infinity(), "+Inf"},
      {-std::numeric_limits<double>::infinity(), "-Inf"},
  }));
  PrometheusText out;
  out.gauge("g", "h");
  out.sample(row.value);
  CHECK(out.text() == "# HELP g h\n# TYPE g gauge\ng " + std::string(row.text) + "\n");
}

TEST_CASE("the largest count is exact") {
  PrometheusText out;
  out.counter("c_total", "h");
  out.sample(std::numeric_limits<std::uint64_t>::max());
  CHECK(out.text() == "# HELP c_total h\n# TYPE c_total counter\nc_total 18446744073709551615\n");
}

TEST_CASE("help and labels are escaped") {
  PrometheusText out;
  out.gauge("g", "a \"quoted\" \\ and\na line");
  out.sample(std::uint64_t{1}, {{"room", "a\"b\\c\nd}\xC3\xA4"}});
  CHECK(out.text() ==
        "# HELP g a \"quoted\" \\\\ and\\na line\n"
        "# TYPE g gauge\n"
        "g{room=\"a\\\"b\\\\c\\nd}\xC3\xA4\"} 1\n");
}

TEST_CASE("a histogram has rising buckets, a sum and a count") {
  stats::Histogram values;
  values.record(500us);
  values.record(1ms);
  values.record_n(2ms, 3);
  values.record(10s);
  const std::array bounds{Duration(1ms), Duration(5ms), Duration(1s)};
  PrometheusText out;
  out.histogram("wsb_fanout_seconds", "From message to last write.", values, bounds,
                {{"worker", "0"}});
  const std::string head =
      "# HELP wsb_fanout_seconds From message to last write.\n"
      "# TYPE wsb_fanout_seconds histogram\n"
      "wsb_fanout_seconds_bucket{worker=\"0\",le=\"0.001\"} 2\n"
      "wsb_fanout_seconds_bucket{worker=\"0\",le=\"0.005\"} 5\n"
      "wsb_fanout_seconds_bucket{worker=\"0\",le=\"1\"} 5\n"
      "wsb_fanout_seconds_bucket{worker=\"0\",le=\"+Inf\"} 6\n"
      "wsb_fanout_seconds_sum{worker=\"0\"} ";
  REQUIRE(out.text().substr(0, head.size()) == head);
  const std::string rest = out.text().substr(head.size());
  CHECK(std::stod(rest) == Approx(10.0075).epsilon(0.001));
  CHECK(rest.substr(rest.find('\n')) == "\nwsb_fanout_seconds_count{worker=\"0\"} 6\n");
}

TEST_CASE("a histogram of further labels belongs to the same family") {
  const std::array bounds{Duration(1s)};
  PrometheusText out;
  out.histogram("h_seconds", "Time.", {}, bounds, {{"worker", "0"}});
  out.histogram("h_seconds", "Time.", {}, bounds, {{"worker", "1"}});
  CHECK(out.text() ==
        "# HELP h_seconds Time.\n"
        "# TYPE h_seconds histogram\n"
        "h_seconds_bucket{worker=\"0\",le=\"1\"} 0\n"
        "h_seconds_bucket{worker=\"0\",le=\"+Inf\"} 0\n"
        "h_seconds_sum{worker=\"0\"} 0\n"
        "h_seconds_count{worker=\"0\"} 0\n"
        "h_seconds_bucket{worker=\"1\",le=\"1\"} 0\n"
        "h_seconds_bucket{worker=\"1\",le=\"+Inf\"} 0\n"
        "h_seconds_sum{worker=\"1\"} 0\n"
        "h_seconds_count{worker=\"1\"} 0\n");
}

TEST_CASE("what is beyond the histogram is in its last bucket") {
  stats::Histogram values;
  values.record(2h);
  const std::array bounds{Duration(30min), Duration(2h)};
  PrometheusText out;
  out.histogram("h_seconds", "Time.", values, bounds);
  CHECK(out.text().find("h_seconds_bucket{le=\"1800\"} 0\n") != std::string::npos);
  CHECK(out.text().find("h_seconds_bucket{le=\"7200\"} 1\n") != std::string::npos);
  CHECK(out.text().find("h_seconds_bucket{le=\"+Inf\"} 1\n") != std::string::npos);
}

TEST_CASE("the sum never falls while values come in") {
  const std::array bounds{Duration(1s)};
  stats::Histogram values;
  double before = 0;
  for (int i = 0; i < 200; ++i) {
    values.record_n(Duration(i % 2 == 0 ? 1 : 3'000'001'013), static_cast<std::uint64_t>(i) + 1);
    PrometheusText out;
    out.histogram("h_seconds", "Time.", values, bounds);
    const std::size_t at = out.text().find("_sum ");
    const double sum = std::stod(out.text().substr(at + 5));
    CHECK(sum >= before);
    before = sum;
  }
}
