#include "core/app/serve_streams.h"

#include <catch2/catch.hpp>
#include <optional>

#include "tests/unit/app/serve_stage.h"

using namespace wsb;
using namespace wsb::app;
using namespace wsb::app::serving;

namespace {

struct Asked final : net::HttpExchange {
  [[nodiscard]] const net::HttpRequest& request() const override { return asked; }
  void respond(net::HttpResponse response) override { answer = std::move(response); }

  net::HttpRequest asked;
  std::optional<net::HttpResponse> answer;
};

net::HttpResponse ask(FakeServer& server, const std::string& method, const std::string& query,
                      http::Headers headers = {}, const AccessGrant& grant = {}) {
  auto exchange = std::make_shared<Asked>();
  exchange->asked.method = method;
  exchange->asked.path = "/events";
  exchange->asked.query = query;
  exchange->asked.headers = std::move(headers);
  ServeStreams(*server.workers[0]->peers).open(exchange, grant);
  return *exchange->answer;
}

}  // namespace

TEST_CASE("the head of a stream keeps caches and collecting proxies out") {
  FakeServer server(ServeMode::broadcast);
  const net::HttpResponse head = ask(server, "GET", "room=a");
  CHECK(head.status == 200);
  CHECK(head.is_event_stream);
  CHECK(head.headers.find("Content-Type") == "text/event-stream");
  CHECK(head.headers.find("Cache-Control") == "no-store");
  CHECK(head.headers.find("X-Accel-Buffering") == "no");
  CHECK(head.admission != nullptr);
}

TEST_CASE("a stream that cannot be opened is an ordinary answer") {
  FakeServer server(ServeMode::broadcast);
  CHECK(ask(server, "POST", "").status == 405);
  CHECK(ask(server, "GET", "room=").status == 400);
  CHECK(ask(server, "GET", "", {{"Sec-WebSocket-Key", "x"}}).status == 426);
  AccessGrant grant;
  grant.subscribe = session::RoomRights::only({"a"});
  CHECK(ask(server, "GET", "room=a", {}, grant).status == 200);
  CHECK(ask(server, "GET", "room=a&room=b", {}, grant).status == 403);
  CHECK(ask(server, "GET", "", {}, grant).status == 403);
  server.workers[0]->peers->refuse_further();
  CHECK(ask(server, "GET", "").status == 503);
}
