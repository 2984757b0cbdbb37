#include "core/report/bench_text.h"

#include <catch2/catch.hpp>

#include "core/report/validity.h"
#include "tests/unit/report/example_report.h"

namespace {

using namespace wsb;
using namespace wsb::report;

TEST_CASE("the final table of a valid run") {
  CHECK(bench_text(example_report()) == R"(Result: VALID

target              ws://127.0.0.1:3000/
relay               relays to everyone but the sender (expect 100 deliveries per message)
deliveries          1,000 messages × 100 clients: 100,000 of 100,000 received (100.000%)
                    lost 0, duplicate 0, reordered 0
rate                100.0 of 100.0 messages/s, 10,000 deliveries/s of 128B each, compression off

latency in ms             p50       p90       p99     p99.9    p99.99       max
delivery                 5.50      9.10      10.0      10.0·     10.0·     10.0
  from actual send       5.48      9.08      9.98      9.98·     9.98·     9.98
first receiver          0.500     0.500     0.500     0.500·    0.500·    0.500
last receiver            12.0      12.0      12.0      12.0·     12.0·     12.0
spread                   11.5      11.5      11.5      11.5·     11.5·     11.5
canaries                 5.00      5.00      5.00      5.00·     5.00·     5.00
send lag                0.080     0.080     0.080     0.080·    0.080·    0.080
                    · fewer than 10 messages beyond: low confidence

connections         117 ok, 0 failed, 812/s, tcp 0.050/0.050, upgrade 0.320/0.320 ms (p50/p99)
generator           receivers 38%, canaries 2%, publishers 3% of a core
)");
}

TEST_CASE("the final table of a run with everything wrong names all of it, the gravest first") {
  auto report = example_report();
  auto& counts = report.counts;
  counts.expected -= 2;
  counts.received -= 12;
  counts.lost = 10;
  counts.duplicates = 3;
  counts.reordered = 4;
  counts.too_old = 7;
  counts.corrupt = 5;
  counts.foreign = 6;
  counts.not_connected = 1990;
  counts.unsent = 1;
  counts.unsent_disconnected = 3;
  report.setup.deflate = true;
  report.threads[0].cpu_percent = 97;
  report.connect.failed_total = 2;
  report.connect.failed["connection refused"] = 2;
  report.connect.dropped = 20;
  report.connect.dropped_why["closed by the peer with 1013 'too slow'"] = 20;
  report.notes = {"some note"};
  report.validity = judge(report);
  CHECK(bench_text(report) == R"(Result: INVALID
  invalid: the thread 'receivers' used 97% of a core
  warning: messages came more than 63 behind: late or duplicate, which cannot be told
  warning: 2 connections could not be made
  warning: 3 messages were not sent: their publisher's connection had ended
  warning: 20 connections ended during the run
  these numbers say more about this machine than about the server: fewer --clients, a lower
  --rate, or the server and wsb bench on two machines
  note: some note

target              ws://127.0.0.1:3000/
relay               relays to everyone but the sender (expect 100 deliveries per message)
deliveries          1,000 messages × 100 clients: 99,988 of 99,998 received (99.990%)
                    lost 10, duplicate 3, reordered 4
                    too old 7, corrupt 5, foreign 6, not connected 1,990, unsent 1, cut off 3
rate                100.0 of 100.0 messages/s, 10,000 deliveries/s of 128B each, compression offered

latency in ms             p50       p90       p99     p99.9    p99.99       max
delivery                 5.50      9.10      10.0      10.0·     10.0·     10.0
  from actual send       5.48      9.08      9.98      9.98·     9.98·     9.98
first receiver          0.500     0.500     0.500     0.500·    0.500·    0.500
last receiver            12.0      12.0      12.0      12.0·     12.0·     12.0
spread                   11.5      11.5      11.5      11.5·     11.5·     11.5
canaries                 5.00      5.00      5.00      5.00·     5.00·     5.00
send lag                0.080     0.080     0.080     0.080·    0.080·    0.080
                    · fewer than 10 messages beyond: low confidence

connections         117 ok, 2 failed, 812/s, tcp 0.050/0.050, upgrade 0.320/0.320 ms (p50/p99)
                    2 failed: connection refused
                    20 dropped: closed by the peer with 1013 'too slow'
generator           receivers 97%, canaries 2%, publishers 3% of a core
)");
}

TEST_CASE("a run that could not connect says why and shows no empty table") {
  BenchReport report;
  report.target.url = "ws://127.0.0.1:1/";
  report.outcome = BenchOutcome::no_connection;
  report.problem = "no publisher could connect: connection refused";
  report.connect.failed_total = 3;
  report.connect.failed["connection refused"] = 3;
  CHECK(bench_text(report) == R"(Result: NO CONNECTION
  no publisher could connect: connection refused

target              ws://127.0.0.1:1/

connections         0 ok, 3 failed
                    3 failed: connection refused
)");
}

TEST_CASE("at an echo server deliveries are what came back") {
  auto report = example_report();
  report.target.relay = "self";
  report.counts.expected = 1000;
  report.counts.received = 999;
  CHECK(bench_text(report).find(
            "\ndeliveries          1,000 messages: 999 of 1,000 came back (99.900%)\n") !=
        std::string::npos);
}

TEST_CASE("a smaller load is advised only where the generator was at fault") {
  constexpr auto kAdvice = "say more about this machine";
  auto report = example_report();
  report.counts.received += 1;
  report.validity = judge(report);
  CHECK(report.validity.verdict == Verdict::invalid);
  CHECK(bench_text(report).find(kAdvice) == std::string::npos);
  report.threads[0].cpu_percent = 97;
  report.validity = judge(report);
  CHECK(bench_text(report).find(kAdvice) != std::string::npos);
}

TEST_CASE("the first line says how far the result can be trusted") {
  const struct {
    BenchOutcome outcome;
    Verdict verdict;
    const char* line;
  } cases[] = {
      {BenchOutcome::completed, Verdict::valid, "Result: VALID\n"},
      {BenchOutcome::completed, Verdict::warn, "Result: VALID, WITH WARNINGS\n"},
      {BenchOutcome::completed, Verdict::invalid, "Result: INVALID\n"},
      {BenchOutcome::interrupted, Verdict::warn, "Result: PARTIAL\n"},
      {BenchOutcome::interrupted, Verdict::invalid, "Result: PARTIAL, INVALID\n"},
      {BenchOutcome::no_deliveries, Verdict::valid, "Result: NO DELIVERIES\n"},
      {BenchOutcome::disconnected, Verdict::warn, "Result: SERVER ENDED THE CONNECTIONS\n"},
  };
  for (const auto& each : cases) {
    auto report = example_report();
    report.outcome = each.outcome;
    report.validity.verdict = each.verdict;
    const auto text = bench_text(report);
    CHECK(text.substr(0, text.find('\n') + 1) == each.line);
  }
}

}  // namespace
