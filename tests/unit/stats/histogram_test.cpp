#include "core/stats/histogram.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace {

using wsb::Duration;
using wsb::stats::Histogram;
using namespace std::chrono_literals;

Histogram of(const std::vector<std::int64_t>& values) {
  Histogram histogram;
  for (const auto value : values) histogram.record(Duration{value});
  return histogram;
}

// Log-uniform over the whole range, so that every bucket is visited.
std::vector<std::int64_t> random_values(unsigned seed, std::size_t count) {
  std::mt19937_64 engine(seed);
  std::uniform_real_distribution<double> exponent(0.0, std::log(3.6e12));
  std::vector<std::int64_t> values(count);
  for (auto& value : values) value = static_cast<std::int64_t>(std::exp(exponent(engine)));
  return values;
}

TEST_CASE("the reference implementation's golden vector gives the same numbers") {
  const auto histogram = of({1000, 1000, 2000, 50000, 50000, 50000, 1234567, 99999999});
  CHECK(Histogram::kCounters == 33792);
  CHECK(histogram.count() == 8);
  CHECK(histogram.percentile(50).count() == 50015);
  CHECK(histogram.percentile(75).count() == 50015);
  CHECK(histogram.percentile(90).count() == 1234943);
  CHECK(histogram.percentile(99).count() == 100007935);
  CHECK(histogram.percentile(100).count() == 100007935);
  CHECK(histogram.min().count() == 1000);
  CHECK(histogram.mean().count() == 12670450);
  CHECK(histogram.max().count() == 99999999);
}

TEST_CASE("an empty histogram answers zero everywhere") {
  const Histogram histogram;
  CHECK(histogram.empty());
  CHECK(histogram.percentile(99) == 0ns);
  CHECK(histogram.min() == 0ns);
  CHECK(histogram.max() == 0ns);
  CHECK(histogram.mean() == 0ns);
}

TEST_CASE("every percentile is within a thousandth above the sorted vector's") {
  for (const unsigned seed : {1U, 2U, 3U}) {
    auto values = random_values(seed, 20000);
    const auto histogram = of(values);
    std::sort(values.begin(), values.end());
    CHECK(histogram.min().count() == values.front());
    CHECK(histogram.max().count() == values.back());
    for (const double percent :
         {0.0, 1.0, 10.0, 25.0, 50.0, 75.0, 90.0, 99.0, 99.9, 99.99, 100.0}) {
      const auto rank = static_cast<std::size_t>(
          std::max(1.0, std::floor(percent / 100.0 * static_cast<double>(values.size()) + 0.5)));
      const auto exact = values[rank - 1];
      const auto got = histogram.percentile(percent).count();
      INFO("seed " << seed << " percent " << percent);
      CHECK(got >= exact);
      CHECK(static_cast<double>(got - exact) <= static_cast<double>(exact) / 1000.0);
    }
  }
}

TEST_CASE("values up to 2047 ns are counted exactly") {
  for (const std::int64_t value : {0, 1, 2, 1023, 1024, 1025, 2047}) {
    CHECK(of({value}).percentile(50).count() == value);
  }
  CHECK(of({2048}).percentile(50).count() == 2049);
  CHECK(of({2050}).percentile(50).count() == 2051);
}

TEST_CASE(
    "a counter's lowest value is counted by that counter and the value below by the one before") {
  // A histogram is 270 KB: a sample of rows and columns is enough.
  for (std::size_t i = 101; i < Histogram::kCounters; i += 101) {
    const auto lowest = static_cast<std::int64_t>(Histogram::lowest_value(i));
    if (Duration{lowest} > Histogram::kHighest) break;
    Histogram histogram;
    histogram.record(Duration{lowest});
    histogram.record(Duration{lowest - 1});
    CHECK(histogram.counter(i) == 1);
    CHECK(histogram.counter(i - 1) == 1);
  }
}

TEST_CASE("merging gives the histogram of the union") {
  const auto left = random_values(11, 5000);
  const auto right = random_values(12, 7000);
  auto both = left;
  both.insert(both.end(), right.begin(), right.end());
  auto merged = of(left);
  merged.merge(of(right));
  const auto expected = of(both);
  CHECK(merged.count() == 12000);
  CHECK(merged.min() == expected.min());
  CHECK(merged.max() == expected.max());
  CHECK(merged.mean() == expected.mean());
  bool same = true;
  for (std::size_t i = 0; i < Histogram::kCounters; ++i) {
    same = same && merged.counter(i) == expected.counter(i);
  }
  CHECK(same);
}

TEST_CASE("merging into or from an empty histogram keeps minimum and maximum") {
  Histogram merged;
  merged.merge(of({500, 700}));
  CHECK(merged.min() == 500ns);
  CHECK(merged.max() == 700ns);
  merged.merge(Histogram{});
  CHECK(merged.min() == 500ns);
  CHECK(merged.count() == 2);
}

TEST_CASE("a value above an hour is clamped, counted as overflow, and remains the maximum") {
  Histogram histogram;
  histogram.record(Histogram::kHighest);
  CHECK(histogram.overflow() == 0);
  histogram.record_n(2h, 3);
  CHECK(histogram.overflow() == 3);
  CHECK(histogram.count() == 4);
  CHECK(histogram.max() == 2h);
  CHECK(histogram.percentile(100) >= Histogram::kHighest);
  CHECK(histogram.percentile(100) < Histogram::kHighest + 4s);
  Histogram merged = of({1});
  merged.merge(histogram);
  CHECK(merged.overflow() == 3);
  CHECK(merged.counter(1) == 1);
}

TEST_CASE("a negative value is counted apart and never recorded") {
  auto histogram = of({-1, 5});
  CHECK(histogram.negative() == 1);
  CHECK(histogram.count() == 1);
  CHECK(histogram.min() == 5ns);
  Histogram only_negative = of({-7});
  histogram.merge(only_negative);
  CHECK(histogram.negative() == 2);
  CHECK(histogram.min() == 5ns);
}

TEST_CASE("recording n times equals recording once n times") {
  Histogram once;
  for (int i = 0; i < 9; ++i) once.record(12345ns);
  Histogram at_once;
  at_once.record_n(12345ns, 9);
  at_once.record_n(99ns, 0);
  CHECK(at_once.count() == once.count());
  CHECK(at_once.mean() == once.mean());
  CHECK(at_once.min() == 12345ns);
}

TEST_CASE("a reset histogram is as good as new") {
  auto histogram = of({-1, 5, 4000000000000});
  histogram.reset();
  CHECK(histogram.empty());
  CHECK(histogram.negative() == 0);
  CHECK(histogram.overflow() == 0);
  histogram.record(7ns);
  CHECK(histogram.percentile(0) == 7ns);
  CHECK(histogram.percentile(100) == 7ns);
}

}  // namespace
