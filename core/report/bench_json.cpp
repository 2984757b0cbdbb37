#include "core/report/bench_json.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace wsb::report {
namespace {

using Json = nlohmann::ordered_json;

Json latency_json(const stats::Histogram& histogram, std::uint64_t basis_messages) {
  Json percentiles;
  for (const auto& [name, percent] : {std::pair{"50", 50.0},
                                      {"75", 75.0},
                                      {"90", 90.0},
                                      {"95", 95.0},
                                      {"99", 99.0},
                                      {"99.9", 99.9},
                                      {"99.99", 99.99}}) {
    percentiles[name] = std::min(histogram.percentile(percent), histogram.max()).count();
  }
  return {{"unit", "ns"},
          {"count", histogram.count()},
          {"min", histogram.min().count()},
          {"mean", histogram.mean().count()},
          {"max", histogram.max().count()},
          {"overflow", histogram.overflow()},
          {"p", std::move(percentiles)},
          {"basis_messages", basis_messages}};
}

Json latencies_json(const BenchReport& report) {
  const auto& latency = report.latency;
  Json out = Json::object();
  const std::pair<const char*, const stats::Histogram*> all[] = {
      {"delivery", &latency.delivery},     {"service", &latency.service}, {"first", &latency.first},
      {"completion", &latency.completion}, {"spread", &latency.spread},   {"self", &latency.self},
      {"send_lag", &latency.send_lag},     {"canary", &latency.canary}};
  for (const auto& [name, histogram] : all) {
    if (!histogram->empty()) out[name] = latency_json(*histogram, report.counts.sent);
  }
  return out;
}

Json setup_json(const BenchSetup& setup) {
  Json out = {{"proto", setup.socketio ? "socketio" : "raw"},
              {"clients", setup.clients},
              {"canaries", setup.canaries},
              {"publishers", setup.publishers},
              {"threads", setup.threads},
              {"rate", setup.rate.per_second},
              {"size", setup.size.bytes},
              {"duration_ns", setup.duration.count()},
              {"warmup_ns", setup.warmup.count()},
              {"drain_ns", setup.drain.count()},
              {"connect_rate", setup.connect_rate.per_second},
              {"deflate", setup.deflate}};
  if (setup.socketio) {
    out["event"] = setup.event;
    out["namespace"] = setup.nsp;
  }
  return out;
}

Json validity_json(const Validity& validity) {
  Json flags = Json::array();
  for (const auto& flag : validity.flags) {
    flags.push_back({{"code", flag.code},
                     {"severity", to_string(flag.severity)},
                     {"value", flag.value},
                     {"limit", flag.limit},
                     {"message", flag.message}});
  }
  return {{"verdict", to_string(validity.verdict)}, {"flags", std::move(flags)}};
}

Json counts_json(const BenchReport& report) {
  const auto& counts = report.counts;
  return {{"sent", counts.sent},
          {"sent_in_window", counts.sent_in_window},
          {"unsent", counts.unsent},
          {"unsent_disconnected", counts.unsent_disconnected},
          {"expected", counts.expected},
          {"received", counts.received},
          {"lost", counts.lost},
          {"dup", counts.duplicates},
          {"reordered", counts.reordered},
          {"too_old", counts.too_old},
          {"lag_unknown", counts.lag_unknown},
          {"corrupt", counts.corrupt},
          {"foreign", counts.foreign},
          {"not_connected", counts.not_connected},
          {"overflow", report.latency.delivery.overflow()}};
}

Json connect_json(const BenchConnects& connect) {
  Json out = {{"ok", connect.ok},
              {"failed", Json(connect.failed)},
              {"dropped", Json(connect.dropped_why)},
              {"per_second", connect.per_second}};
  if (out["failed"].is_null()) out["failed"] = Json::object();
  if (out["dropped"].is_null()) out["dropped"] = Json::object();
  const std::pair<const char*, const stats::Histogram*> all[] = {
      {"tcp", &connect.tcp}, {"tls", &connect.tls}, {"upgrade", &connect.upgrade}};
  for (const auto& [name, histogram] : all) {
    if (!histogram->empty()) out[name] = latency_json(*histogram, histogram->count());
  }
  return out;
}

Json threads_json(const std::vector<BenchThread>& threads) {
  Json out = Json::array();
  for (const auto& thread : threads) {
    out.push_back({{"role", thread.role},
                   {"cpu_pct", thread.cpu_percent},
                   {"wait_pct", thread.wait_percent},
                   {"conns", thread.connections}});
  }
  return out;
}

}  // namespace

std::string bench_json(const BenchReport& report) {
  Json out = {{"schema", "wsb.bench/1"},
              {"wsb", report.version},
              {"run_id", report.run_id},
              {"started", report.started},
              {"outcome", to_string(report.outcome)},
              {"partial", report.outcome == BenchOutcome::interrupted ||
                              report.outcome == BenchOutcome::disconnected},
              {"problem", report.problem},
              {"target", {{"url", report.target.url}, {"relay", report.target.relay}}},
              {"config", setup_json(report.setup)},
              {"host",
               {{"kernel", report.host.kernel},
                {"cores", report.host.cores},
                {"nofile", report.host.open_files}}},
              {"steady_ns", report.steady.count()},
              {"receivers", {{"count", report.receivers}}},
              {"validity", validity_json(report.validity)},
              {"counts", counts_json(report)},
              {"canaries",
               {{"expected", report.canaries.expected},
                {"received", report.canaries.received},
                {"lost", report.canaries.lost},
                {"not_connected", report.canaries.not_connected}}},
              {"rates",
               {{"target", report.rates.target},
                {"achieved", report.rates.achieved},
                {"deliveries_per_s", report.rates.deliveries}}},
              {"latency", latencies_json(report)},
              {"connect", connect_json(report.connect)},
              {"generator", {{"threads", threads_json(report.threads)}}},
              {"notes", report.notes}};
  // A peer's words may hold anything; a result file must be valid JSON all the same.
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace wsb::report
