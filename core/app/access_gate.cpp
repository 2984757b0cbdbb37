#include "core/app/access_gate.h"

#include <chrono>
#include <utility>

#include "core/app/cors.h"

namespace wsb::app {

void AccessGate::judge(const AccessRequest& request, Right right,
                       std::function<void(AccessVerdict)> then) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  AccessVerdict verdict = policy_->judge(request, right, now);
  if (const auto* refusal = std::get_if<AccessRefusal>(&verdict)) count(*refusal);
  then(std::move(verdict));
}

void AccessGate::admit(const std::shared_ptr<net::HttpExchange>& exchange, Right right,
                       std::function<void(const AccessGrant&)> then) {
  const net::HttpRequest& request = exchange->request();
  judge({request.headers, request.query}, right,
        [exchange, then = std::move(then)](AccessVerdict verdict) {
          if (auto* refusal = std::get_if<AccessRefusal>(&verdict)) {
            exchange->respond(std::move(refusal->response));
          } else {
            then(std::get<AccessGrant>(verdict));
          }
        });
}

std::shared_ptr<net::HttpExchange> AccessGate::with_cors(
    std::shared_ptr<net::HttpExchange> exchange) const {
  const http::Headers& headers = exchange->request().headers;
  const auto origin = headers.find("Origin");
  if (!policy_->cors() || !origin || !policy_->allows_origin(headers)) return exchange;
  if (is_preflight(exchange->request())) {
    exchange->respond(preflight_answer(exchange->request(), *origin));
    return nullptr;
  }
  return std::make_shared<CorsExchange>(std::move(exchange), std::string(*origin));
}

void AccessGate::count(const AccessRefusal& refusal) {
  switch (refusal.cause) {
    case AccessRefusal::Cause::origin: ++counters_.origin; return;
    case AccessRefusal::Cause::credentials: ++counters_.credentials; return;
    case AccessRefusal::Cause::rights: ++counters_.rights; return;
    case AccessRefusal::Cause::busy: ++counters_.busy; return;
  }
}

}  // namespace wsb::app
