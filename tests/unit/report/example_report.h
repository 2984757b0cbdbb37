#pragma once

// A complete, made-up result: 1,000 messages to 100 clients, latencies of 1 to 10 ms.

#include "core/report/bench_report.h"

namespace wsb::report {

inline BenchReport example_report() {
  BenchReport report;
  report.version = "0.1.0";
  report.run_id = "9f1c22ab";
  report.started = "2026-01-02T03:04:05Z";
  report.target = {"ws://127.0.0.1:3000/", "others",
                   "to everyone but the sender: 100 deliveries per message"};
  report.setup.clients = 100;
  report.setup.canaries = 16;
  report.setup.publishers = 1;
  report.setup.threads = 1;
  report.setup.rate = Rate{100};
  report.setup.size = ByteSize{128};
  report.setup.duration = 10s;
  report.setup.warmup = 2s;
  report.setup.drain = 5s;
  report.host = {"6.1.0", 2, 20000};
  report.steady = 10s;
  report.counts.sent = report.counts.sent_in_window = 1000;
  report.counts.expected = report.counts.received = 100000;
  report.canaries = {16000, 16000, 0};
  report.rates = {100, 100, 10000};
  for (int tenth = 10; tenth <= 100; ++tenth) {
    report.latency.delivery.record_n(tenth * 100us, 1000);
    report.latency.service.record_n(tenth * 100us - 20us, 1000);
  }
  report.latency.canary.record_n(5ms, 16000);
  report.latency.first.record_n(500us, 1000);
  report.latency.completion.record_n(12ms, 1000);
  report.latency.spread.record_n(11500us, 1000);
  report.latency.send_lag.record_n(80us, 1000);
  report.connect.ok = 117;
  report.connect.per_second = 812.4;
  report.connect.tcp.record_n(50us, 117);
  report.connect.upgrade.record_n(320us, 117);
  report.receivers = 100;
  report.threads = {{"receivers", 100, 38}, {"canaries", 16, 2.4}, {"publishers", 1, 3}};
  return report;
}

}  // namespace wsb::report
