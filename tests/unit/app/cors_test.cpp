#include "core/app/cors.h"

#include <catch2/catch.hpp>

#include "core/app/access_gate.h"
#include "core/app/serve_responses.h"

using namespace wsb;
using namespace wsb::app;

namespace {

struct Asked final : net::HttpExchange {
  [[nodiscard]] const net::HttpRequest& request() const override { return asked; }
  void when_gone(std::function<void()>) override {}
  void respond(net::HttpResponse response) override { answer = std::move(response); }

  net::HttpRequest asked;
  std::optional<net::HttpResponse> answer;
};

std::shared_ptr<Asked> ask(bool cors, const std::string& method, http::Headers headers) {
  AccessConfig config;
  config.cors = cors;
  config.origins = {"https://app.test"};
  const AccessGate gate(AccessPolicy::load(config, false).value());
  auto exchange = std::make_shared<Asked>();
  exchange->asked.method = method;
  exchange->asked.headers = std::move(headers);
  if (const auto behind = gate.with_cors(exchange)) behind->respond(text_response(200, "ok"));
  return exchange;
}

}  // namespace

TEST_CASE("pages of an allowed origin may read answers, if CORS is on") {
  const auto on = ask(true, "GET", {{"Origin", "https://app.test"}});
  CHECK(on->answer->headers.find("Access-Control-Allow-Origin") == "https://app.test");
  CHECK(on->answer->headers.find("Vary") == "Origin");
  for (const auto& without : {ask(false, "GET", {{"Origin", "https://app.test"}}),
                              ask(true, "GET", {{"Origin", "https://evil.test"}}),
                              ask(true, "GET", {})}) {
    CHECK_FALSE(without->answer->headers.find("Access-Control-Allow-Origin"));
  }
}

TEST_CASE("a preflight is answered with what may be asked") {
  const auto preflight = ask(true, "OPTIONS",
                             {{"Origin", "https://app.test"},
                              {"Access-Control-Request-Method", "POST"},
                              {"Access-Control-Request-Headers", "authorization"}});
  CHECK(preflight->answer->status == 204);
  CHECK(preflight->answer->headers ==
        http::Headers{{"Access-Control-Allow-Origin", "https://app.test"},
                      {"Vary", "Origin"},
                      {"Access-Control-Allow-Methods", "GET, HEAD, POST"},
                      {"Access-Control-Allow-Headers", "authorization"},
                      {"Access-Control-Max-Age", "600"}});
}
