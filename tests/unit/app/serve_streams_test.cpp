#include "core/app/serve_streams.h"

#include <catch2/catch.hpp>
#include <optional>

#include "tests/support/event_client.h"
#include "tests/unit/app/serve_stage.h"

using namespace wsb;
using namespace wsb::app;
using namespace wsb::app::serving;

namespace {

struct Asked final : net::HttpExchange {
  [[nodiscard]] const net::HttpRequest& request() const override { return asked; }
  void when_gone(std::function<void()>) override {}
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

TEST_CASE("who listens gets what others get, in its rooms, and no greeting") {
  FakeServer server(ServeMode::broadcast, 2);
  std::vector<std::unique_ptr<net::EventClient>> listeners;
  for (const char* target : {"/events", "/events?room=a", "/events", "/events?room=a"}) {
    listeners.push_back(std::make_unique<net::EventClient>(server.network, *server.client_loop,
                                                           server.port, target));
    server.settle();
  }
  Client& speaker = server.connect();
  Client& in_a = server.connect_to("/?room=a");
  speaker.say("hi");
  server.settle();
  in_a.say("[1,\n2]");
  (void)in_a.connection->send(ws::Opcode::binary, std::string("\0\1", 2));
  server.settle();
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    const net::EventClient& listener = *listeners[i];
    CHECK(listener.head.starts_with("HTTP/1.1 200 "));
    REQUIRE(listener.events.size() == (i % 2 == 0 ? 1 : 2));
    if (i % 2 == 0) {
      CHECK(listener.events[0].data == R"({"type":"broadcast","payload":"hi"})");
    } else {
      CHECK(listener.events[0].data == "{\"type\":\"broadcast\",\"payload\":[1,\n2]}");
      CHECK(listener.events[1].type == "binary");
      CHECK(listener.events[1].data == "AAE=");
    }
    CHECK(listener.events[0].id.empty());
  }
  CHECK(server.lines_of("listens to events").size() == 4);
  listeners[0]->leave();
  server.settle();
  CHECK(server.lines_of("listens no more: ").size() == 1);
}

TEST_CASE("raw is raw for listeners too") {
  FakeServer server(ServeMode::raw);
  net::EventClient listener(server.network, *server.client_loop, server.port, "/events");
  server.settle();
  server.connect().say("two\nlines");
  server.settle();
  REQUIRE(listener.events.size() == 1);
  CHECK(listener.events[0].data == "two\nlines");
}

TEST_CASE("listeners are told of the end in order, behind what was said") {
  FakeServer server(ServeMode::broadcast, 1);
  net::EventClient listener(server.network, *server.client_loop, server.port, "/events");
  server.settle();
  Client& speaker = server.connect();
  speaker.say("last");
  server.settle();
  bool gone = false;
  server.workers[0]->peers->close_all(std::chrono::seconds(1), [&] { gone = true; });
  server.network.advance(std::chrono::seconds(3));
  CHECK(gone);
  CHECK(listener.complete);
  CHECK(listener.events.size() == 1);
  CHECK(server.lines_of("listens no more: server shutting down, 1 message out").size() == 1);
}

TEST_CASE("a listener that comes back with the id it saw last misses nothing") {
  FakeServer server(ServeMode::broadcast, 2, {}, false, {}, {}, {100, 1_MiB});
  Client& speaker = server.connect();
  net::EventClient first(server.network, *server.client_loop, server.port, "/events");
  server.settle();
  speaker.say("a");
  server.settle();
  first.leave();
  server.settle();
  speaker.say("b");
  server.settle();
  REQUIRE(first.events.size() == 1);
  CHECK(first.events[0].id == std::to_string(FakeServer::kFirstId));
  net::EventClient again(server.network, *server.client_loop, server.port, "/events",
                         first.events[0].id);
  net::EventClient query(server.network, *server.client_loop, server.port,
                         "/events?since=" + first.events[0].id);
  net::EventClient stranger(server.network, *server.client_loop, server.port, "/events", "abc");
  server.settle();
  speaker.say("c");
  server.settle();
  for (const net::EventClient* client : {&again, &query}) {
    REQUIRE(client->events.size() == 2);
    CHECK(client->events[0].data.find(R"("history":true,"payload":"b")") != std::string::npos);
    CHECK(client->events[1].data.find(R"("payload":"c")") != std::string::npos);
  }
  REQUIRE(stranger.events.size() == 4);
  CHECK(stranger.events[0].data == session::gap_text());
  CHECK(stranger.events[0].id.empty());
  CHECK(ask(server, "GET", "since=x").status == 400);
}

TEST_CASE("faults on purpose leave listeners alone, ids and all") {
  const auto plan = session::parse_fault_plan("drop=1/1").value();
  FakeServer server(ServeMode::broadcast, 1, {}, false, {}, FakeFaults{plan, 1}, {10, 1_MiB});
  net::EventClient listener(server.network, *server.client_loop, server.port, "/events");
  server.settle();
  Client& unlucky = server.connect();
  server.connect().say("hi");
  server.settle();
  CHECK(unlucky.received.size() == 1);  // the greeting
  REQUIRE(listener.events.size() == 1);
  CHECK(listener.events[0].id == std::to_string(FakeServer::kFirstId));
  listener.leave();
  server.settle();
  CHECK(server.lines_of("listens no more: ").size() == 1);
}
