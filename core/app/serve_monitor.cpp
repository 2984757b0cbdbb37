#include "core/app/serve_monitor.h"

#include <utility>

#include "core/app/serve_metrics.h"
#include "core/app/serve_responses.h"
#include "core/app/serve_stats.h"
#include "core/base/limits.h"
#include "core/report/prometheus.h"

namespace wsb::app {

namespace {

net::HttpResponse typed_response(std::string_view type, std::string text) {
  net::HttpResponse response = text_response(200, std::move(text));
  response.headers.set("Content-Type", std::string(type));
  return response;
}

}  // namespace

bool ServeMonitor::is_for(std::string_view path) {
  return path == "/metrics" || path == "/stats";
}

bool ServeMonitor::answer(const std::shared_ptr<net::HttpExchange>& exchange) {
  const net::HttpRequest& request = exchange->request();
  if (!is_for(request.path)) return false;
  const bool metrics = request.path == "/metrics";
  if (request.method != "GET" && request.method != "HEAD") return false;
  if (*under_way_ >= limits::kCensusRounds) {
    exchange->respond(text_response(503, "too many ask for numbers at once\n"));
    return true;
  }
  ++*under_way_;
  census_.ask(loop_, limits::kCensusPatience,
              [exchange, metrics, started = started_, &loop = loop_,
               under_way = under_way_](const ServeCensus::Answers& answers) {
                --*under_way;
                const ServeStats stats = add_up(answers, loop.now() - started);
                exchange->respond(
                    metrics ? typed_response(report::kPrometheusContentType, metrics_text(stats))
                            : typed_response("application/json", stats_json(stats)));
              });
  return true;
}

}  // namespace wsb::app
