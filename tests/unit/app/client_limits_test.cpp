#include "core/app/client_limits.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/unit/app/serve_stage.h"

using namespace wsb;
using namespace wsb::app;
using namespace wsb::app::serving;
using Texts = std::vector<std::string>;

TEST_CASE("a server takes so many clients over all its workers, and more when some have left") {
  LimitsConfig limits;
  limits.max_clients = 3;
  FakeServer server(ServeMode::raw, 2, {}, false, limits);
  std::vector<Client*> clients;
  for (int i = 0; i < 5; ++i) clients.push_back(&server.connect());
  CHECK(std::count_if(clients.begin(), clients.end(), [](Client* c) { return c->open; }) == 3);
  CHECK(clients[3]->refused_with == 503);
  CHECK(clients[4]->refused_with == 503);
  LimitCounters counters;
  for (const auto& worker : server.workers) counters += worker->limits->counters();
  CHECK(counters.server_full == 2);
  clients[0]->connection->close(1000, "");
  server.settle();
  CHECK(server.connect().open);
  CHECK(server.slots.taken() == 3);
}

TEST_CASE("a place is free again at the end of a connection, however it ends") {
  LimitsConfig limits;
  limits.max_clients = 1;
  FakeServer server(ServeMode::raw, 1, {}, false, limits);
  for (int i = 0; i < 3; ++i) {
    Client& client = server.connect();
    REQUIRE(client.open);
    client.connection->abort();
    server.settle();
    CHECK(server.slots.taken() == 0);
  }
}

TEST_CASE("an address with too many clients is answered 429") {
  LimitsConfig limits;
  limits.max_clients_per_ip = 2;
  FakeServer server(ServeMode::raw, 1, {}, false, limits);
  CHECK(server.connect().open);
  CHECK(server.connect().open);
  CHECK(server.connect().refused_with == 429);
  CHECK(server.workers[0]->limits->counters().address_full == 1);
}

TEST_CASE("a refusal says when to come back") {
  net::FakeRuntime network;
  const auto loop = network.make_loop().value();
  ClientSlots slots(1, 0);
  ClientLimits limits(*loop, slots, {});
  const auto place = limits.take_slot("192.0.2.1:1");
  const auto refused = limits.take_slot("192.0.2.1:1");
  const auto& response = std::get<net::HttpResponse>(refused);
  CHECK(response.status == 503);
  CHECK(response.headers.find("Retry-After") == "5");
  CHECK(*response.body == "the server has as many clients as it takes\n");
}

TEST_CASE("who sends faster than it may is heard in full, at the rate") {
  LimitsConfig limits;
  limits.rate = "10/s,5";
  FakeServer server(ServeMode::raw, 1, {}, false, limits);
  Client& reader = server.connect();
  Client& flood = server.connect();
  Client& other = server.connect();
  Texts sent;
  for (int i = 0; i < 50; ++i) {
    sent.push_back(std::to_string(i));
    flood.say(sent.back());
  }
  server.network.advance(10ms);
  CHECK(reader.received.size() == 6);
  other.say("hi");
  server.network.advance(10ms);
  CHECK(reader.received.back() == "hi");
  reader.received.pop_back();
  server.network.advance(1s);
  CHECK(reader.received.size() == 16);
  server.network.advance(4s);
  CHECK(reader.received == sent);
  CHECK(flood.open);
  CHECK(server.workers[0]->limits->counters().rate_pauses > 10);
}

TEST_CASE("an echo that is held for its rate is not read from for having been read") {
  LimitsConfig limits;
  limits.rate = "1/s,1";
  net::ListenConfig listen;
  listen.outbox.max_bytes = 64_KiB;
  FakeServer server(ServeMode::echo, 1, listen, false, limits);
  Client& client = server.connect();
  client.connection->pause_reading();
  const std::string message(500'000, 'x');
  for (int i = 0; i < 4; ++i) client.say(message);
  server.network.advance(2s);
  client.connection->resume_reading();
  server.network.advance(500ms);
  CHECK(client.received.size() < 4);
  server.network.advance(10s);
  CHECK(client.received == Texts(4, message));
}

TEST_CASE("a client without messages for too long is told why it goes") {
  LimitsConfig limits;
  limits.idle_timeout = 4s;
  FakeServer server(ServeMode::broadcast, 1, {}, false, limits);
  Client& idle = server.connect();
  server.network.advance(3900ms);
  CHECK(idle.open);
  server.network.advance(1200ms);
  CHECK(idle.ended);
  CHECK(idle.end.code == 1001);
  CHECK(idle.end.reason == "no message for 4s");
  CHECK(server.workers[0]->limits->counters().idle == 1);
}
