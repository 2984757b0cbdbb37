// How a listener and its loop end, with a real server on loopback.

#include "core/net/lws/lws_listener.h"

#include <catch2/catch.hpp>

#include "tests/unit/net/lws/test_client.h"
#include "tests/unit/net/lws/test_server.h"

namespace wsb::net {

TEST_CASE("a listener that ends drops its connections, each with its on_close") {
  TestServer server;
  TestClient client(server.port());
  client.upgrade();
  TestClient busy(server.port());
  busy.shrink_receive_buffer();
  busy.upgrade();
  server.publish({std::string(9'000'000, 'b')});
  server.end_listener();
  CHECK(server.wait_for("close by local 1006"));
  while (client.wait_close() != "none") {
  }
}

TEST_CASE("the loop stops under load without losing an on_close") {
  for (int round = 0; round < 5; ++round) {
    TestServer server;
    std::vector<std::unique_ptr<TestClient>> clients;
    for (int i = 0; i < 20; ++i) {
      clients.push_back(std::make_unique<TestClient>(server.port()));
      clients.back()->upgrade();
    }
    for (int i = 0; i < 200; ++i) clients[0]->send_text(std::string(2000, 'l'));
    CHECK_FALSE(clients[1]->next().empty());
    TestClient half_open(server.port());
    half_open.send_raw("GET / HT");
    TestClient held(server.port());
    held.send_raw("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(server.wait_for("request GET /hold"));
  }  // ~TestServer stops the loop and checks
}

TEST_CASE("no more connections once the listener stopped accepting, those open go on") {
  TestServer server;
  TestClient client(server.port());
  client.upgrade();
  server.stop_accepting();
  client.send_text("@echo still here");
  CHECK(client.next() == "still here");
}

TEST_CASE("connections go over to the loop of another thread, again and again, and work there") {
  TestServer here;
  TestServer there;
  here.give_away_to(there);
  for (int round = 0; round < 50; ++round) {
    TestClient client(here.port());
    client.send_raw("GET /here HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(client.read_response().starts_with("HTTP/1.1 200"));
    client.send_raw("GET /there HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(client.read_response().starts_with("HTTP/1.1 200"));
    client.upgrade("/there");
    client.send_text("@echo over there");
    CHECK(client.next() == "over there");
  }
  CHECK(here.stats().moved_away == 50);
  CHECK(there.stats().accepted == 0);
  // What is large and meets a full socket finds its room there as well.
  TestClient slow(here.port());
  slow.shrink_receive_buffer();
  slow.upgrade("/there");
  there.publish({std::string(3'000'000, 'b')});
  CHECK(slow.next().size() == 3'000'000);
}

}  // namespace wsb::net
