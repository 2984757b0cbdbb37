// Large messages to readers that do not read: what they cost, and what goes between their
// fragments (RFC 6455 §5.4).

#include <catch2/catch.hpp>

#include <unistd.h>

#include <fstream>
#include <memory>
#include <vector>

#include "core/base/limits.h"
#include "tests/unit/net/lws/test_client.h"
#include "tests/unit/net/lws/test_server.h"

namespace wsb::net {
namespace {

std::size_t resident_bytes() {
  std::size_t total = 0;
  std::size_t resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

TEST_CASE("a large message that nobody reads is in memory once, not for each receiver") {
  TestServer server;
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < 24; ++i) {
    clients.push_back(std::make_unique<TestClient>(server.port()));
    clients.back()->shrink_receive_buffer();
    clients.back()->upgrade();
  }
  const std::string large(16'000'000, 'x');
  const std::size_t before = resident_bytes();
  server.publish({large});
  server.run_on_loop([] {});
  CHECK(resident_bytes() < before + 100'000'000);
  CHECK((clients.front()->next() == large));
  CHECK((clients.back()->next() == large));
}

TEST_CASE("a ping of ours goes between the fragments of a large message") {
  TestServer server;
  TestClient client(server.port());
  client.shrink_receive_buffer();
  client.upgrade();
  server.publish({std::string(16'000'000, 'x')});
  client.send_text("@ping beat");
  // Else a server that keeps up with our reading may see it behind the message's last byte.
  REQUIRE(server.wait_for("pinged"));
  std::size_t payload = 0;
  bool pinged = false;
  for (bool last = false; !last;) {
    const std::string head = client.read_bytes(2);
    REQUIRE(head.size() == 2);
    if (head[0] == '\x89') {
      CHECK(client.read_bytes(4) == "beat");
      pinged = true;
      continue;
    }
    last = (static_cast<unsigned char>(head[0]) & 0x80U) != 0;
    std::size_t length = static_cast<unsigned char>(head[1]);
    if (length >= 126) {
      const std::size_t extended = length == 126 ? 2 : 8;
      length = 0;
      for (const char byte : client.read_bytes(extended)) {
        length = length << 8U | static_cast<unsigned char>(byte);
      }
    }
    REQUIRE(length < limits::kWriteBytes);
    REQUIRE(client.read_bytes(length).size() == length);
    payload += length;
  }
  CHECK(payload == 16'000'000);
  CHECK(pinged);
}

TEST_CASE("a Close that cuts a slow reader goes between the fragments of a large message") {
  TestServer server(ListenConfig{.outbox = {.max_bytes = 1_MiB}});
  TestClient client(server.port());
  client.shrink_receive_buffer();
  client.upgrade();
  server.publish({std::string(16'000'000, 'x')});
  server.publish({std::string(16'000'000, 'y')});
  CHECK(client.wait_close() == "1013 too slow: the backlog is full");
  CHECK(server.wait_for("close by local 1013 clean '' too slow: the backlog is full"));
}

TEST_CASE("a large answer comes whole, behind the small one before it") {
  TestServer server(ListenConfig{.max_message = 8_MiB});
  TestClient client(server.port());
  client.upgrade();
  const std::string large(5'000'000, 'e');
  client.send_text("@echo first");
  client.send_text("@echo " + large);
  CHECK(client.next() == "first");
  CHECK((client.next() == large));
  client.send_text("@echo last");
  CHECK(client.next() == "last");
}

}  // namespace wsb::net
