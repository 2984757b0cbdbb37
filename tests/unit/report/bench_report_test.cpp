#include "core/report/bench_report.h"

#include <catch2/catch.hpp>

namespace {

using namespace wsb::report;

TEST_CASE("verdicts order by gravity, and their names are those of the JSON") {
  CHECK(Verdict::valid < Verdict::warn);
  CHECK(Verdict::warn < Verdict::invalid);
  CHECK(to_string(Verdict::valid) == "valid");
  CHECK(to_string(Verdict::warn) == "warn");
  CHECK(to_string(Verdict::invalid) == "invalid");
}

TEST_CASE("outcomes have stable names for scripts") {
  CHECK(to_string(BenchOutcome::completed) == "completed");
  CHECK(to_string(BenchOutcome::no_connection) == "no-connection");
  CHECK(to_string(BenchOutcome::no_deliveries) == "no-deliveries");
  CHECK(to_string(BenchOutcome::interrupted) == "interrupted");
}

}  // namespace
