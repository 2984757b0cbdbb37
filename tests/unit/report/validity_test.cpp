#include "core/report/validity.h"

#include <catch2/catch.hpp>

#include <functional>
#include <utility>
#include <vector>

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

// `late` of the messages left late by `lag`; the server takes 1 to 10 ms, times `slowness`.
void set_lag(BenchReport& report, Duration lag, std::uint64_t messages, std::uint64_t late,
             int slowness = 1) {
  auto& latency = report.latency;
  for (auto* each : {&latency.delivery, &latency.service, &latency.canary, &latency.send_lag}) {
    each->reset();
  }
  for (std::uint64_t i = 0; i < messages; ++i) {
    const Duration service =
        slowness * (1ms + 9ms * static_cast<int>(i * 37 % messages) / static_cast<int>(messages));
    const Duration before = i < late ? lag : 0ns;
    latency.service.record_n(service, 100);
    latency.delivery.record_n(service + before, 100);
    latency.canary.record_n(service + before, 16);
    latency.send_lag.record(before);
  }
}

namespace {

struct Sign {
  const char* name;
  std::function<void(BenchReport&)> spoil;
  const char* code;
  Verdict severity;
};

// What is wrong with the generator.
std::vector<Sign> load_signs() {
  return {
      {"lag above a millisecond, a nineteenth of delivery",
       [](auto& r) { set_lag(r, 1100us, 1000, 1000, 2); }, "send-lag", Verdict::warn},
      {"lag below a millisecond, above a tenth of delivery",
       [](auto& r) {
         set_lag(r, 900us, 1000, 1000);
         for (auto* each : {&r.latency.delivery, &r.latency.service, &r.latency.canary}) {
           each->reset();
         }
         r.latency.delivery.record(2ms);
         r.latency.service.record(1100us);
         r.latency.canary.record(2ms);
       },
       "send-lag", Verdict::warn},
      {"lag above half of delivery", [](auto& r) { set_lag(r, 12ms, 1000, 1000); }, "send-lag",
       Verdict::invalid},
      {"one message in fifty late, of enough to tell", [](auto& r) { set_lag(r, 50ms, 1000, 20); },
       "send-lag", Verdict::invalid},
      {"two late messages of a hundred", [](auto& r) { set_lag(r, 50ms, 100, 2); }, "send-lag",
       Verdict::warn},
      {"one late message of twenty", [](auto& r) { set_lag(r, 50ms, 20, 1); }, "send-lag",
       Verdict::warn},
      {"twenty late messages of a hundred", [](auto& r) { set_lag(r, 50ms, 100, 20); }, "send-lag",
       Verdict::invalid},
      {"three of three late", [](auto& r) { set_lag(r, 50ms, 3, 3); }, "send-lag", Verdict::warn},
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
      {"a thread that waits for a core for 6% of the time",
       [](auto& r) { r.threads[1].wait_percent = 6; }, "thread-wait", Verdict::warn},
      {"a thread that waits for a core for 26% of the time",
       [](auto& r) { r.threads[2].wait_percent = 26; }, "thread-wait", Verdict::invalid},
      {"clients a quarter slower than canaries",
       [](auto& r) {
         r.latency.canary.reset();
         r.latency.canary.record(4ms);
       },
       "canary-gap", Verdict::warn},
      {"clients three times as slow as canaries, but by less than a millisecond",
       [](auto& r) {
         for (auto* each : {&r.latency.delivery, &r.latency.service, &r.latency.canary}) {
           each->reset();
         }
         r.latency.delivery.record(1400us);
         r.latency.service.record(1400us);
         r.latency.canary.record(450us);
       },
       "canary-gap", Verdict::warn},
      {"clients twice as slow as canaries",
       [](auto& r) {
         r.latency.canary.reset();
         r.latency.canary.record(2700us);
       },
       "canary-gap", Verdict::invalid},
  };
}

// What is wrong with what was counted.
std::vector<Sign> count_signs() {
  return {
      {"more received than expected", [](auto& r) { r.counts.received = 100001; }, "accounting",
       Verdict::invalid},
      {"less received than expected, but nothing lost", [](auto& r) { r.counts.received -= 1; },
       "accounting", Verdict::invalid},
      {"as much received as expected, but some lost", [](auto& r) { r.counts.lost = 1; },
       "accounting", Verdict::invalid},
      {"a negative latency", [](auto& r) { r.latency.canary.record(-1ns); }, "negative-latency",
       Verdict::invalid},
      {"a message too old to tell", [](auto& r) { r.counts.too_old = 1; }, "too-old",
       Verdict::warn},
      {"a delivery above an hour", [](auto& r) { r.latency.delivery.record(2h); }, "overflow",
       Verdict::warn},
      {"a service time above an hour", [](auto& r) { r.latency.service.record(2h); }, "overflow",
       Verdict::warn},
      {"a last receiver above an hour", [](auto& r) { r.latency.completion.record(2h); },
       "overflow", Verdict::warn},
      {"a send lag above an hour", [](auto& r) { r.latency.send_lag.record(2h); }, "overflow",
       Verdict::warn},
      {"a lag that the token could not hold", [](auto& r) { r.counts.lag_unknown = 1; },
       "lag-unknown", Verdict::warn},
      {"a failed connection", [](auto& r) { r.connect.failed_total = 1; }, "connect-failed",
       Verdict::warn},
      {"a dropped connection", [](auto& r) { r.connect.dropped = 1; }, "dropped", Verdict::warn},
  };
}

}  // namespace

TEST_CASE("each sign of a generator that fell behind has its flag and its severity") {
  auto signs = load_signs();
  for (Sign& each : count_signs()) signs.push_back(std::move(each));
  for (const Sign& each : signs) {
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
      {"lag of half a millisecond", [](auto& r) { set_lag(r, 500us, 1000, 1000); }},
      {"lag of two milliseconds, a twenty-fifth of delivery",
       [](auto& r) { set_lag(r, 2ms, 1000, 1000, 5); }},
      {"lag of the timer's grain, however fast the server",
       [](auto& r) {
         r.latency.delivery.reset();
         r.latency.delivery.record(50us);
         r.latency.service.reset();
         r.latency.service.record(10us);
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
      {"a thread that waits for a core for 5% of the time",
       [](auto& r) { r.threads[2].wait_percent = 5; }},
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
        "messages left late: that is 55% of delivery p99 (send lag p99 1.10 ms)");
  CHECK(validity.verdict == Verdict::invalid);
}

}  // namespace
