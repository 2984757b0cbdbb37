// Messages through a real server on loopback.

#include <catch2/catch.hpp>

#include <memory>
#include <vector>

#include "core/base/limits.h"
#include "tests/unit/net/lws/test_client.h"
#include "tests/unit/net/lws/test_server.h"

namespace wsb::net {

TEST_CASE("a message comes back to its sender alone") {
  TestServer server;
  TestClient client(server.port());
  CHECK(client.upgrade("/path?x=1&y=%20z").starts_with("HTTP/1.1 101 "));
  CHECK(server.wait_for("handshake /path?x=1&y=%20z"));
  client.send_text("@echo hello");
  CHECK(client.next() == "hello");
  client.send_frame(ws::Opcode::binary, std::string("@echo \0\xff", 8));
  CHECK(client.next() == std::string("\0\xff", 2));
  client.send_text("@echo ");
  CHECK(client.next().empty());
}

TEST_CASE("what is sent in on_open arrives first") {
  TestServer server;
  TestClient client(server.port());
  client.upgrade("/welcome");
  client.send_text("@echo x");
  CHECK(client.next() == "welcome");
  CHECK(client.next() == "x");
}

TEST_CASE("a broadcast reaches all but its sender") {
  TestServer server;
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < 5; ++i) {
    clients.push_back(std::make_unique<TestClient>(server.port()));
    clients.back()->upgrade();
  }
  for (int i = 0; i < 50; ++i) clients[0]->send_text("m" + std::to_string(i));
  for (std::size_t c = 1; c < clients.size(); ++c) {
    for (int i = 0; i < 50; ++i) REQUIRE(clients[c]->next() == "m" + std::to_string(i));
  }
  clients[0]->send_text("@echo own");
  CHECK(clients[0]->next() == "own");
  CHECK(server.stats().open == 5);
}

TEST_CASE("fragments with pings between them form one message") {
  TestServer server;
  TestClient client(server.port());
  client.upgrade();
  client.send_frame(ws::Opcode::text, "@echo a", {.fin = false});
  client.send_frame(ws::Opcode::ping, "p1");
  client.send_frame(ws::Opcode::continuation, "", {.fin = false});
  client.send_frame(ws::Opcode::continuation, "\xc3", {.fin = false});
  client.send_frame(ws::Opcode::continuation, "\xa4!");
  CHECK(client.next() == "a\xc3\xa4!");
  CHECK(client.next_pong() == "p1");
}

TEST_CASE("a message of one mebibyte passes, byte for byte") {
  TestServer server(ListenConfig{.max_message = 2_MiB});
  TestClient client(server.port());
  client.upgrade();
  std::string large(1U << 20U, '\0');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 31 + i / 251);
  client.send_frame(ws::Opcode::binary, "@echo " + large);
  CHECK((client.next() == large));
}

TEST_CASE("frames that arrive byte by byte are understood") {
  TestServer server;
  TestClient client(server.port());
  client.upgrade();
  Bytes wire;
  SystemRandom random;
  ws::FrameEncoder encoder = ws::FrameEncoder::for_client(random);
  encoder.append_message(wire, ws::Opcode::text, "@echo slow", {.fragment_size = 3});
  for (const char byte : wire) client.send_raw(BytesView(&byte, 1));
  CHECK(client.next() == "slow");
}

TEST_CASE("a frame behind the upgrade request in the same packet is not lost") {
  TestServer server;
  TestClient client(server.port());
  Bytes frame;
  SystemRandom random;
  ws::FrameEncoder::for_client(random).append_message(frame, ws::Opcode::text, "@echo early");
  client.upgrade("/", "", frame);
  CHECK(client.next() == "early");
}

TEST_CASE("a paused connection is not read, and nothing is lost when it goes on") {
  TestServer server;
  TestClient client(server.port());
  client.upgrade();
  client.send_text("@pause");
  for (int i = 0; i < 200; ++i)
    client.send_text("@echo " + std::string(500, 'p') + std::to_string(i));
  for (int i = 0; i < 200; ++i) {
    REQUIRE(client.next() == std::string(500, 'p') + std::to_string(i));
  }
  CHECK(server.wait_for("resume"));
}

TEST_CASE("a ping of ours is answered and reported") {
  TestServer server;
  TestClient client(server.port());
  client.upgrade();
  client.send_text("@ping beat");
  client.send_text("@echo x");
  CHECK(client.next() == "x");
  CHECK(server.wait_for("pong beat"));
}

TEST_CASE("a slow reader gets everything in order while within its backlog") {
  TestServer server(ListenConfig{.outbox = {.max_bytes = 64_MiB}});
  TestClient client(server.port());
  client.shrink_receive_buffer();
  client.upgrade();
  constexpr int kMessages = 400;
  std::vector<std::string> messages;
  for (int i = 0; i < kMessages; ++i) {
    messages.push_back(std::to_string(i) + ":" +
                       std::string(static_cast<std::size_t>(i) * 150, 's'));
  }
  server.publish(messages);
  client.send_frame(ws::Opcode::ping, "mid");
  for (const std::string& message : messages) REQUIRE((client.next() == message));
  CHECK(client.next_pong() == "mid");
}

TEST_CASE("a reader that is too slow is closed with 1013 and a reason") {
  TestServer server(ListenConfig{.outbox = {.max_bytes = 1_MiB}});
  TestClient client(server.port());
  client.shrink_receive_buffer();
  client.upgrade();
  for (int i = 0; i < 40; ++i) server.publish({std::string(500'000, 'x')});
  CHECK(client.wait_close() == "1013 too slow: the backlog is full");
  CHECK(server.wait_for("close by local 1013 clean '' too slow: the backlog is full"));
  CHECK(server.stats().slow_readers == 1);
}

TEST_CASE("a reader that stopped reading is dropped when even the Close cannot be sent") {
  TestServer server(ListenConfig{.outbox = {.max_bytes = 1_MiB}});
  TestClient client(server.port());
  client.shrink_receive_buffer();
  client.upgrade();
  for (int i = 0; i < 40; ++i) server.publish({std::string(500'000, 'x')});
  CHECK(server.wait_for("close by local 1013 unclean 'too slow: the backlog is full'"));
}

TEST_CASE("other policies drop messages and go on") {
  for (const SlowReaderPolicy policy :
       {SlowReaderPolicy::drop_oldest, SlowReaderPolicy::drop_newest}) {
    TestServer server(ListenConfig{.outbox = {.max_bytes = 1_MiB, .policy = policy}});
    TestClient client(server.port());
    client.shrink_receive_buffer();
    client.upgrade();
    for (int i = 0; i < 100; ++i) server.publish({std::to_string(i) + std::string(300'000, 'x')});
    int received = 0;
    std::string last;
    while (last != "end") {
      last = client.next();
      ++received;
      server.publish({"end"});  // dropped too, until there is room
    }
    CHECK(received < 101);
    CHECK(received > 2);
    CHECK(server.stats().slow_readers == 0);
  }
}

}  // namespace wsb::net
