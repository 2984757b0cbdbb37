#include "core/app/serve_monitor.h"

#include <catch2/catch.hpp>

#include "core/base/limits.h"
#include "tests/support/fake_net.h"

using namespace wsb;
using namespace wsb::app;

namespace {

class Exchange final : public net::HttpExchange {
 public:
  Exchange(std::string method, std::string path) {
    request_.method = std::move(method);
    request_.path = std::move(path);
  }
  [[nodiscard]] const net::HttpRequest& request() const override { return request_; }
  void when_gone(std::function<void()>) override {}
  void respond(net::HttpResponse given) override { response = std::move(given); }
  std::optional<net::HttpResponse> response;

 private:
  net::HttpRequest request_;
};

struct Stage {
  Stage() : loop(network.make_loop().value()), monitor(*loop, census, network.now()) {
    census.add(*loop, [this] {
      ++rounds;
      return WorkerSnapshot{};
    });
  }
  int rounds = 0;
  net::FakeRuntime network;
  std::unique_ptr<net::Loop> loop;
  ServeCensus census;
  ServeMonitor monitor;
};

}  // namespace

TEST_CASE("metrics and stats are answered in their types, uncached") {
  Stage stage;
  for (const auto& [path, type, begin] :
       {std::tuple{"/metrics", "text/plain; version=0.0.4; charset=utf-8", "# HELP wsb_uptime"},
        std::tuple{"/stats", "application/json", "{\"uptime_seconds\":"}}) {
    const auto exchange = std::make_shared<Exchange>("GET", path);
    CHECK(stage.monitor.answer(exchange));
    CHECK_FALSE(exchange->response.has_value());
    stage.network.advance(limits::kCensusInterval);
    REQUIRE(exchange->response.has_value());
    CHECK(exchange->response->status == 200);
    CHECK(exchange->response->headers.find("Content-Type") == type);
    CHECK(exchange->response->headers.find("Cache-Control") == "no-store");
    CHECK(exchange->response->body->starts_with(begin));
  }
}

TEST_CASE("other paths and methods are somebody else's") {
  Stage stage;
  CHECK_FALSE(stage.monitor.answer(std::make_shared<Exchange>("GET", "/")));
  CHECK_FALSE(stage.monitor.answer(std::make_shared<Exchange>("GET", "/metrics/")));
  CHECK_FALSE(stage.monitor.answer(std::make_shared<Exchange>("POST", "/stats")));
  CHECK(stage.monitor.answer(std::make_shared<Exchange>("HEAD", "/stats")));
}

TEST_CASE("who asks during a round shares the next one, which keeps its distance") {
  Stage stage;
  std::vector<std::shared_ptr<Exchange>> exchanges;
  for (int i = 0; i < 10; ++i) {
    exchanges.push_back(std::make_shared<Exchange>("GET", i % 2 == 0 ? "/stats" : "/metrics"));
    CHECK(stage.monitor.answer(exchanges.back()));
  }
  stage.network.advance(limits::kCensusInterval / 2);
  CHECK(stage.rounds == 1);
  CHECK(exchanges.front()->response.has_value());
  CHECK_FALSE(exchanges.back()->response.has_value());
  stage.network.advance(limits::kCensusInterval);
  CHECK(stage.rounds == 2);
  for (const auto& exchange : exchanges) CHECK(exchange->response.has_value());
}

TEST_CASE("too many who wait are refused, and the next ones are answered again") {
  Stage stage;
  std::vector<std::shared_ptr<Exchange>> exchanges;
  for (std::size_t i = 0; i <= limits::kCensusAskers + 1; ++i) {
    exchanges.push_back(std::make_shared<Exchange>("GET", "/stats"));
    CHECK(stage.monitor.answer(exchanges.back()));
  }
  REQUIRE(exchanges.back()->response.has_value());
  CHECK(exchanges.back()->response->status == 503);
  stage.network.advance(2 * limits::kCensusInterval);
  CHECK(exchanges.front()->response->status == 200);
  const auto again = std::make_shared<Exchange>("GET", "/stats");
  CHECK(stage.monitor.answer(again));
  stage.network.advance(2 * limits::kCensusInterval);
  CHECK(again->response->status == 200);
}
