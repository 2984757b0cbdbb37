#include "core/app/access_gate.h"

#include <catch2/catch.hpp>

using namespace wsb;
using namespace wsb::app;

namespace {

class KeptExchange final : public net::HttpExchange {
 public:
  [[nodiscard]] const net::HttpRequest& request() const override { return asked; }
  void when_gone(std::function<void()>) override {}
  void respond(net::HttpResponse response) override { answer = std::move(response); }

  net::HttpRequest asked;
  std::optional<net::HttpResponse> answer;
};

std::shared_ptr<const AccessPolicy> policy_of(const AccessConfig& config) {
  return AccessPolicy::load(config, false).value();
}

}  // namespace

TEST_CASE("the gate answers whom it refuses, and counts by cause") {
  AccessConfig config;
  config.token = "t";
  AccessGate gate(policy_of(config));
  const auto exchange = std::make_shared<KeptExchange>();
  int admitted = 0;
  const auto ask = [&](Right right) {
    gate.admit(exchange, right, [&](const AccessGrant&) { ++admitted; });
  };
  ask(Right::subscribe);
  CHECK(exchange->answer->status == 401);
  exchange->asked.headers = {{"Authorization", "Bearer t"}};
  ask(Right::publish);
  CHECK(admitted == 1);
  exchange->asked.headers.add("Origin", "http://evil.test");
  ask(Right::page);
  CHECK(exchange->answer->status == 403);
  CHECK(admitted == 1);
  CHECK(gate.counters() == AccessCounters{.origin = 1, .credentials = 1});
}

TEST_CASE("a new policy holds from the next request on") {
  AccessConfig config;
  config.token = "old";
  AccessGate gate(policy_of(config));
  config.token = "new";
  gate.swap_policy(policy_of(config));
  bool admitted = false;
  gate.judge({{{"Authorization", "Bearer new"}}, ""}, Right::connect,
             [&](const AccessVerdict& verdict) {
               admitted = std::holds_alternative<AccessGrant>(verdict);
             });
  CHECK(admitted);
}
