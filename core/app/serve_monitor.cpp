#include "core/app/serve_monitor.h"

#include <optional>
#include <utility>
#include <vector>

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

struct ServeMonitor::Rounds : std::enable_shared_from_this<Rounds> {
  Rounds(net::Loop& its_loop, const ServeCensus& its_census, TimePoint server_started)
      : loop(its_loop), census(its_census), started(server_started) {}

  void next() {
    if (over || asking || timer.value != 0 || waiting.empty()) return;
    if (asked && *asked + limits::kCensusInterval > loop.now()) {
      timer = loop.schedule(*asked + limits::kCensusInterval, [this] {
        timer = {};
        next();
      });
      return;
    }
    asking = true;
    asked = loop.now();
    census.ask(loop, limits::kCensusPatience,
               [self = shared_from_this(), askers = std::exchange(waiting, {})](
                   const ServeCensus::Answers& answers) {
                 self->asking = false;
                 tell(askers, add_up(answers, self->loop.now() - self->started));
                 self->next();
               });
  }

  using Askers = std::vector<std::shared_ptr<net::HttpExchange>>;
  static void tell(const Askers& askers, const ServeStats& stats) {
    std::optional<net::HttpResponse> metrics;
    std::optional<net::HttpResponse> json;
    for (const auto& asker : askers) {
      if (asker->request().path == "/metrics") {
        if (!metrics) metrics = typed_response(report::kPrometheusContentType, metrics_text(stats));
        asker->respond(*metrics);
      } else {
        if (!json) json = typed_response("application/json", stats_json(stats));
        asker->respond(*json);
      }
    }
  }

  net::Loop& loop;
  const ServeCensus& census;
  const TimePoint started;
  Askers waiting;  // for the next round
  bool asking = false;
  bool over = false;  // the monitor is
  std::optional<TimePoint> asked;  // last
  net::TimerId timer{};
};

ServeMonitor::ServeMonitor(net::Loop& loop, const ServeCensus& census, TimePoint started)
    : rounds_(std::make_shared<Rounds>(loop, census, started)) {}

ServeMonitor::~ServeMonitor() {
  rounds_->over = true;
  rounds_->loop.cancel(rounds_->timer);
}

bool ServeMonitor::is_for(std::string_view path) {
  return path == "/metrics" || path == "/stats";
}

bool ServeMonitor::answer(const std::shared_ptr<net::HttpExchange>& exchange) {
  const net::HttpRequest& request = exchange->request();
  if (!is_for(request.path)) return false;
  if (request.method != "GET" && request.method != "HEAD") return false;
  if (rounds_->waiting.size() >= limits::kCensusAskers) {
    exchange->respond(text_response(503, "too many ask for numbers at once\n"));
    return true;
  }
  rounds_->waiting.push_back(exchange);
  rounds_->next();
  return true;
}

}  // namespace wsb::app
