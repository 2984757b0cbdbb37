#include "core/report/bench_json.h"

#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include "core/report/validity.h"
#include "tests/unit/report/example_report.h"

namespace {

using namespace wsb;
using namespace wsb::report;

constexpr const char* kEmptyResult = R"({
  "schema": "wsb.bench/1",
  "wsb": "0.1.0",
  "run_id": "00000001",
  "started": "",
  "outcome": "interrupted",
  "partial": true,
  "problem": "",
  "target": {
    "url": "",
    "relay": ""
  },
  "config": {
    "proto": "raw",
    "clients": 0,
    "canaries": 0,
    "publishers": 0,
    "threads": 0,
    "rate": 0.0,
    "size": 0,
    "duration_ns": 0,
    "warmup_ns": 0,
    "drain_ns": 0,
    "connect_rate": 0.0,
    "deflate": false
  },
  "host": {
    "kernel": "",
    "cores": 0,
    "nofile": 0
  },
  "steady_ns": 0,
  "receivers": {
    "count": 0
  },
  "validity": {
    "verdict": "valid",
    "flags": []
  },
  "counts": {
    "sent": 0,
    "sent_in_window": 0,
    "unsent": 0,
    "unsent_disconnected": 0,
    "expected": 0,
    "received": 0,
    "lost": 0,
    "dup": 0,
    "reordered": 0,
    "too_old": 0,
    "lag_unknown": 0,
    "corrupt": 0,
    "foreign": 0,
    "not_connected": 0,
    "overflow": 0
  },
  "canaries": {
    "expected": 0,
    "received": 0,
    "lost": 0,
    "not_connected": 0
  },
  "rates": {
    "target": 0.0,
    "achieved": 0.0,
    "deliveries_per_s": 0.0
  },
  "latency": {},
  "connect": {
    "ok": 0,
    "failed": {},
    "dropped": {},
    "per_second": 0.0
  },
  "generator": {
    "threads": []
  },
  "notes": [
    "a � byte"
  ]
}
)";

TEST_CASE("an empty result has every member and no latencies, and bad bytes are replaced") {
  BenchReport report;
  report.version = "0.1.0";
  report.run_id = "00000001";
  report.outcome = BenchOutcome::interrupted;
  report.notes = {"a \xFF byte"};
  CHECK(bench_json(report) == kEmptyResult);
}

TEST_CASE("latencies are integers in nanoseconds, percentiles never above the maximum") {
  const auto json = nlohmann::json::parse(bench_json(example_report()));
  const auto& delivery = json["latency"]["delivery"];
  CHECK(delivery["unit"] == "ns");
  CHECK(delivery["count"] == 91000);
  CHECK(delivery["min"] == 1000000);
  CHECK(delivery["max"] == 10000000);
  CHECK(delivery["mean"] == 5500081);
  CHECK(delivery["p"]["50"] == 5500927);
  CHECK(delivery["p"]["99"] == 10000000);
  CHECK(delivery["p"]["99.99"] == 10000000);
  CHECK(delivery["p"]["50"].is_number_integer());
  CHECK(delivery["basis_messages"] == 1000);
  CHECK(json["latency"]["completion"]["max"] == 12000000);
  CHECK(json["latency"]["send_lag"]["count"] == 1000);
  CHECK(json["latency"]["canary"]["count"] == 16000);
  CHECK_FALSE(json["latency"].contains("self"));
  CHECK(json["connect"]["tcp"]["p"]["50"] == 50000);
  CHECK_FALSE(json["connect"].contains("tls"));
}

TEST_CASE("counts, rates, setup and threads are what the report holds") {
  auto report = example_report();
  report.counts.lost = 1;
  report.counts.duplicates = 2;
  report.counts.reordered = 3;
  report.counts.corrupt = 4;
  report.counts.foreign = 5;
  report.counts.not_connected = 6;
  report.counts.sent_in_window = 999;
  report.counts.unsent = 7;
  report.counts.unsent_disconnected = 8;
  report.counts.too_old = 8;
  report.counts.lag_unknown = 9;
  report.connect.failed["connection refused"] = 9;
  const auto json = nlohmann::json::parse(bench_json(report));
  CHECK(json["counts"] == nlohmann::json{{"sent", 1000},
                                         {"sent_in_window", 999},
                                         {"unsent", 7},
                                         {"unsent_disconnected", 8},
                                         {"expected", 100000},
                                         {"received", 100000},
                                         {"lost", 1},
                                         {"dup", 2},
                                         {"reordered", 3},
                                         {"too_old", 8}, {"lag_unknown", 9},
                                         {"corrupt", 4},
                                         {"foreign", 5},
                                         {"not_connected", 6},
                                         {"overflow", 0}});
  CHECK(json["config"]["size"] == 128);
  CHECK(json["config"]["duration_ns"] == 10000000000);
  CHECK(json["rates"]["deliveries_per_s"] == 10000.0);
  CHECK(json["generator"]["threads"][1] ==
        nlohmann::json{{"role", "canaries"}, {"cpu_pct", 2.4}, {"wait_pct", 0.0}, {"conns", 16}});
  CHECK(json["connect"]["failed"]["connection refused"] == 9);
  CHECK(json["target"]["relay"] == "others");
  CHECK(json["outcome"] == "completed");
  CHECK(json["partial"] == false);
}

TEST_CASE("of a run over Socket.IO the configuration says which event was emitted, and where") {
  auto report = example_report();
  report.setup.socketio = true;
  report.setup.event = "broadcast";
  report.setup.nsp = "/";
  const auto config = nlohmann::json::parse(bench_json(report))["config"];
  CHECK(config["proto"] == "socketio");
  CHECK(config["event"] == "broadcast");
  CHECK(config["namespace"] == "/");
}

TEST_CASE("the verdict carries its reasons") {
  auto report = example_report();
  report.threads[0].cpu_percent = 95;
  report.validity = judge(report);
  const auto json = nlohmann::json::parse(bench_json(report));
  CHECK(json["validity"]["verdict"] == "invalid");
  CHECK(json["validity"]["flags"][0] ==
        nlohmann::json{{"code", "thread-cpu"},
                       {"severity", "invalid"},
                       {"value", 95.0},
                       {"limit", 90.0},
                       {"message", "the thread 'receivers' used 95% of a core"}});
}

}  // namespace
