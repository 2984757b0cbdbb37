#include "core/app/access_gate.h"

#include <chrono>
#include <utility>

#include "core/app/cors.h"
#include "core/app/serve_responses.h"
#include "core/base/check.h"

namespace wsb::app {
namespace {

AccessRefusal too_busy() {
  AccessRefusal refusal{AccessRefusal::Cause::busy,
                        text_response(503, "too many passwords are being checked: try again\n")};
  refusal.response.headers.add("Retry-After", "1");
  return refusal;
}

}  // namespace

void AccessGate::judge(const AccessRequest& request, Right right, Then then) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  AccessJudgement judged = policy_->judge(request, right, now);
  if (auto* question = std::get_if<PasswordQuestion>(&judged)) {
    return ask(std::move(*question), right, std::move(then));
  }
  if (auto* refusal = std::get_if<AccessRefusal>(&judged)) return settle(std::move(*refusal), then);
  settle(std::get<AccessGrant>(std::move(judged)), then);
}

void AccessGate::ask(PasswordQuestion question, Right right, Then then) {
  WSB_CHECK(desk_ != nullptr && loop_ != nullptr);
  const std::uint64_t number = ++questions_;
  pending_.emplace(number, Pending{policy_, question.user, right, std::move(then)});
  const auto reply = desk_->ask(std::move(question), [this, loop = loop_, number](bool good) {
    (void)loop->post([this, number, good] { answered(number, good); });
  });
  if (reply == PasswordDesk::Reply::good) return answered(number, true);
  if (reply == PasswordDesk::Reply::later) return;
  const Pending refused = std::move(pending_.extract(number).mapped());
  settle(too_busy(), refused.then);
}

void AccessGate::answered(std::uint64_t number, bool password_good) {
  const Pending asked = std::move(pending_.extract(number).mapped());
  settle(asked.policy->judge_user(asked.user, password_good, asked.right), asked.then);
}

void AccessGate::settle(AccessVerdict verdict, const Then& then) {
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
