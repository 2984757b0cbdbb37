#include "core/report/validity.h"

#include <catch2/catch.hpp>

#include <functional>

#include "tests/unit/report/example_report.h"

namespace {

using namespace wsb;
using namespace wsb::report;

TEST_CASE("a healthy run is valid without a flag") {
  const auto validity = judge(example_report());
  CHECK(validity.verdict == Verdict::valid);
  CHECK(validity.flags.empty());
}

TEST_CASE("an empty report is valid: there is nothing to doubt") {
  CHECK(judge(BenchReport{}).verdict == Verdict::valid);
}

// Delivery p50 of the example is 5.5 ms.
TEST_CASE("each sign of a generator that fell behind has its flag and its severity") {
  const struct {
    const char* name;
    std::function<void(BenchReport&)> spoil;
    const char* code;
    Verdict severity;
  } cases[] = {
      {"lag above a millisecond", [](auto& r) { r.latency.send_lag.record_n(1100us, 500); },
       "send-lag", Verdict::warn},
      {"lag above a tenth of delivery p50",
       [](auto& r) { r.latency.send_lag.record_n(600us, 500); }, "send-lag", Verdict::warn},
      {"lag above half of delivery p50", [](auto& r) { r.latency.send_lag.record_n(3ms, 500); },
       "send-lag", Verdict::invalid},
      {"rate below 99.5%", [](auto& r) { r.counts.unsent = 6; }, "rate", Verdict::warn},
      {"rate below 98%", [](auto& r) { r.counts.unsent = 30; }, "rate", Verdict::invalid},
      {"a thread above 70%", [](auto& r) { r.threads[1].cpu_percent = 71; }, "thread-cpu",
       Verdict::warn},
      {"a thread above 90%", [](auto& r) { r.threads[0].cpu_percent = 95; }, "thread-cpu",
       Verdict::invalid},
      {"a thread above 90% for less than 2 s",
       [](auto& r) {
         r.threads[0].cpu_percent = 95;
         r.steady = 1900ms;
       },
       "thread-cpu", Verdict::warn},
      {"clients a quarter slower than canaries",
       [](auto& r) {
         r.latency.canary.reset();
         r.latency.canary.record(4ms);
       },
       "canary-gap", Verdict::warn},
      {"clients twice as slow as canaries",
       [](auto& r) {
         r.latency.canary.reset();
         r.latency.canary.record(2700us);
       },
       "canary-gap", Verdict::invalid},
      {"more received than expected", [](auto& r) { r.counts.received = 100001; }, "over-received",
       Verdict::invalid},
      {"a negative latency", [](auto& r) { r.latency.canary.record(-1ns); }, "negative-latency",
       Verdict::invalid},
      {"a message too old to tell", [](auto& r) { r.counts.too_old = 1; }, "too-old",
       Verdict::warn},
      {"a latency above an hour", [](auto& r) { r.latency.delivery.record(2h); }, "overflow",
       Verdict::warn},
      {"a failed connection", [](auto& r) { r.connect.failed_total = 1; }, "connect-failed",
       Verdict::warn},
      {"a dropped connection", [](auto& r) { r.connect.dropped = 1; }, "dropped", Verdict::warn},
  };
  for (const auto& each : cases) {
    auto report = example_report();
    each.spoil(report);
    const auto validity = judge(report);
    INFO(each.name);
    REQUIRE(validity.flags.size() == 1);
    CHECK(validity.flags[0].code == each.code);
    CHECK(validity.flags[0].severity == each.severity);
    CHECK(validity.verdict == each.severity);
  }
}

TEST_CASE("what is within the limits is not flagged") {
  const struct {
    const char* name;
    std::function<void(BenchReport&)> change;
  } cases[] = {
      {"lag of half a millisecond", [](auto& r) { r.latency.send_lag.record_n(500us, 500); }},
      {"lag of the timer's grain, however fast the server",
       [](auto& r) {
         r.latency.delivery.reset();
         r.latency.delivery.record(50us);
         r.latency.canary.reset();
         r.latency.canary.record(50us);
       }},
      {"a gap of less than 200 us, however large the ratio",
       [](auto& r) {
         r.latency.delivery.reset();
         r.latency.delivery.record(250us);
         r.latency.canary.reset();
         r.latency.canary.record(60us);
       }},
      {"no canaries", [](auto& r) { r.latency.canary.reset(); }},
      {"rate of 99.6%", [](auto& r) { r.counts.unsent = 4; }},
      {"a thread at 70%", [](auto& r) { r.threads[0].cpu_percent = 70; }},
      {"losses, duplicates and reordering, which are the server's",
       [](auto& r) {
         r.counts.received -= 10;
         r.counts.lost = 10;
         r.counts.duplicates = 3;
         r.counts.reordered = 4;
       }},
  };
  for (const auto& each : cases) {
    auto report = example_report();
    each.change(report);
    INFO(each.name);
    CHECK(judge(report).flags.empty());
  }
}

TEST_CASE("the gravest flag comes first and decides") {
  auto report = example_report();
  report.connect.failed_total = 1;
  report.threads[0].cpu_percent = 99;
  const auto validity = judge(report);
  REQUIRE(validity.flags.size() == 2);
  CHECK(validity.flags[0].code == "thread-cpu");
  CHECK(validity.flags[0].message == "the thread 'receivers' used 99% of a core");
  CHECK(validity.flags[1].message == "1 connection could not be made");
  CHECK(validity.verdict == Verdict::invalid);
}

TEST_CASE("at an echo server send lag is judged by what comes back") {
  auto report = example_report();
  report.latency.delivery.reset();
  report.latency.canary.reset();
  report.latency.self.record(2ms);
  report.latency.send_lag.record_n(1100us, 500);
  const auto validity = judge(report);
  REQUIRE(validity.flags.size() == 1);
  CHECK(validity.flags[0].message ==
        "messages left late: send lag p99 1.10 ms is 55% of delivery p50");
}

}  // namespace
