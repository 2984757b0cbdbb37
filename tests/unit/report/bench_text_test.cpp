#include "core/report/bench_text.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

#include "core/report/validity.h"
#include "tests/unit/report/example_report.h"

namespace {

using namespace wsb;
using namespace wsb::report;

TEST_CASE("the final table of a valid run") {
  CHECK(bench_text(example_report()) == R"(Result: VALID

target              ws://127.0.0.1:3000/
relay               to everyone but the sender: 100 deliveries per message
deliveries          1,000 messages × 100 clients
                    100,000 of 100,000 received (100.000%)
                    lost 0, duplicate 0, reordered 0
rate                100.0 of 100.0 messages/s, 10,000 deliveries/s
message             128B, compression off

latency in ms             p50       p90       p99     p99.9    p99.99       max
delivery                5.501     9.101    10.000    10.000·   10.000·   10.000
  from actual send      5.480     9.085     9.980     9.980·    9.980·    9.980
first receiver          0.500     0.500     0.500     0.500·    0.500·    0.500
last receiver          12.000    12.000    12.000    12.000·   12.000·   12.000
spread                 11.500    11.500    11.500    11.500·   11.500·   11.500
canaries                5.000     5.000     5.000     5.000·    5.000·    5.000
send lag                0.080     0.080     0.080     0.080·    0.080·    0.080
                    · fewer than 10 messages beyond: low confidence

connections         117 ok, 0 failed, 812/s
                    to TCP 0.050/0.050, to upgrade 0.320/0.320 (p50/p99 in ms)
generator           receivers 38%, canaries 2%, publishers 3% of a core
)");
}

TEST_CASE("of a run over Socket.IO the table says which event was emitted, and where") {
  auto report = example_report();
  report.setup.socketio = true;
  report.setup.event = "broadcast";
  report.setup.nsp = "/chat";
  const std::string expected = R"(
message             128B, compression off
                    as event 'broadcast' of Socket.IO in namespace '/chat'

latency)";
  CHECK(bench_text(report).find(expected) != std::string::npos);
}

TEST_CASE("the final table of a run with everything wrong names all of it, the gravest first") {
  auto report = example_report();
  auto& counts = report.counts;
  counts.expected -= 1990;
  counts.received -= 2000;
  report.canaries.lost = 1;
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
  warning: messages came more than 63 behind: late or duplicate, which cannot be
           told
  warning: 2 connections could not be made
  warning: 3 messages were not sent: their publisher's connection had ended
  warning: 20 connections ended during the run
  these numbers say more about this machine than about the server: try fewer
  --clients, a lower --rate, or the server and wsb bench on two machines
  note: some note

target              ws://127.0.0.1:3000/
relay               to everyone but the sender: 100 deliveries per message
deliveries          1,000 messages × 100 clients
                    98,000 of 98,010 received (99.989%)
                    lost 10, duplicate 3, reordered 4
                    not connected 1,990: due after the client had gone
                    unsent 1: messages due, but the publisher was behind
                    cut off 3: messages due after the publisher had gone
                    too old 7: over 63 messages late or twice, so not received
                    corrupt 5: arrived damaged
                    foreign 6: not of this run
                    lost by canaries 1: besides those of the clients
rate                100.0 of 100.0 messages/s, 10,000 deliveries/s
message             128B, compression offered

latency in ms             p50       p90       p99     p99.9    p99.99       max
delivery                5.501     9.101    10.000    10.000·   10.000·   10.000
  from actual send      5.480     9.085     9.980     9.980·    9.980·    9.980
first receiver          0.500     0.500     0.500     0.500·    0.500·    0.500
last receiver          12.000    12.000    12.000    12.000·   12.000·   12.000
spread                 11.500    11.500    11.500    11.500·   11.500·   11.500
canaries                5.000     5.000     5.000     5.000·    5.000·    5.000
send lag                0.080     0.080     0.080     0.080·    0.080·    0.080
                    · fewer than 10 messages beyond: low confidence

connections         117 ok, 2 failed, 812/s
                    to TCP 0.050/0.050, to upgrade 0.320/0.320 (p50/p99 in ms)
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
            "\ndeliveries          1,000 messages\n                    999 of 1,000 came back "
            "(99.900%)\n") != std::string::npos);
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

TEST_CASE("only everything is 100 percent") {
  auto report = example_report();
  report.counts.expected = 100'000'000;
  report.counts.received = 99'999'999;
  report.counts.lost = 1;
  CHECK(bench_text(report).find(" 99,999,999 of 100,000,000 received (99.999%)\n") !=
        std::string::npos);
}

TEST_CASE("no line is longer than 80 columns, however bad the run and large its numbers") {
  auto report = example_report();
  auto& counts = report.counts;
  report.receivers = 1'000'000;
  report.target.relay_description =
      "to everyone, the sender included: 1,000,000 deliveries per message, one back";
  for (auto* count :
       {&counts.sent, &counts.expected, &counts.received, &counts.lost, &counts.duplicates,
        &counts.reordered, &counts.too_old, &counts.corrupt, &counts.foreign, &counts.not_connected,
        &counts.unsent, &counts.unsent_disconnected, &counts.lag_unknown, &report.canaries.lost}) {
    *count = 99'999'999'999;
  }
  report.rates = {1e6, 999999.9, 1e9};
  report.latency.delivery.record(59min);
  report.latency.canary.reset();
  report.latency.canary.record(1us);
  report.latency.send_lag.record_n(2h, 1000);
  report.connect.tls.record_n(1234567us, 117);
  report.connect.failed_total = report.connect.dropped = 7;
  report.connect.dropped_why["closed by the server with 1013 'you are too slow for this party, " +
                             std::string("please come back on a better line'")] = 7;
  report.threads.clear();
  for (int i = 1; i <= 20; ++i) {
    report.threads.push_back({"receivers " + std::to_string(i), 50'000, 99, 99});
  }
  report.notes = {
      "first receiver, last receiver and spread are not kept for more than 1,000,000 "
      "messages"};
  report.validity = judge(report);
  CHECK(report.validity.flags.size() > 6);
  const std::string text = bench_text(report);
  for (std::size_t from = 0; from < text.size();) {
    const auto end = text.find('\n', from);
    const std::string line = text.substr(from, end - from);
    const auto columns = std::count_if(line.begin(), line.end(), [](char byte) {
      return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80;
    });
    INFO(line);
    CHECK(columns <= 80);
    from = end + 1;
  }
}

}  // namespace
