#include "core/net/listener.h"

#include <catch2/catch.hpp>

#include <set>

namespace wsb::net {

TEST_CASE("port 0 gives a real port") {
  auto sockets = open_listen_sockets("127.0.0.1", 0, 1);
  REQUIRE(sockets);
  REQUIRE(sockets->size() == 1);
  CHECK(sockets->front().port() != 0);
  CHECK(sockets->front().host() == "127.0.0.1");
  CHECK(sockets->front().fd() >= 0);
}

TEST_CASE("several sockets share one port, also one of the kernel's choice") {
  auto sockets = open_listen_sockets("127.0.0.1", 0, 4);
  REQUIRE(sockets);
  REQUIRE(sockets->size() == 4);
  std::set<std::uint16_t> ports;
  std::set<int> fds;
  for (const ListenSocket& socket : *sockets) {
    ports.insert(socket.port());
    fds.insert(socket.fd());
  }
  CHECK(ports.size() == 1);
  CHECK(fds.size() == 4);
}

TEST_CASE("a taken port is refused, with what to do, whoever has it") {
  for (const int holders : {1, 3}) {
    auto taken = open_listen_sockets("127.0.0.1", 0, holders);
    REQUIRE(taken);
    const std::uint16_t port = taken->front().port();
    for (const int count : {1, 2}) {
      const auto again = open_listen_sockets("127.0.0.1", port, count);
      REQUIRE_FALSE(again);
      CHECK(again.error().code == ErrorCode::bind);
      CHECK(again.error().text() ==
            "cannot listen on 127.0.0.1:" + std::to_string(port) +
                ": address already in use (stop the other program, or try another --port)");
    }
  }
}

TEST_CASE("a name is listened on also where its first address cannot be used") {
  const auto sockets = open_listen_sockets("localhost", 0, 2);
  REQUIRE(sockets);
  CHECK(sockets->front().port() != 0);
}

TEST_CASE("an address that is not ours is refused") {
  const auto sockets = open_listen_sockets("192.0.2.1", 0, 1);
  REQUIRE_FALSE(sockets);
  CHECK(sockets.error().text() ==
        "cannot listen on 192.0.2.1:0: not an address of this machine (try --host 0.0.0.0 or "
        "--host ::)");
}

TEST_CASE("the port is free again once its sockets are gone") {
  std::uint16_t port = 0;
  {
    auto sockets = open_listen_sockets("127.0.0.1", 0, 2);
    REQUIRE(sockets);
    port = sockets->front().port();
  }
  CHECK(open_listen_sockets("127.0.0.1", port, 1));
}

TEST_CASE("a released socket is not closed, a moved one closed once") {
  auto sockets = open_listen_sockets("127.0.0.1", 0, 1);
  REQUIRE(sockets);
  ListenSocket moved = std::move(sockets->front());
  CHECK(sockets->front().fd() == -1);
  const int fd = moved.release();
  CHECK(fd >= 0);
  CHECK(moved.fd() == -1);
  const ListenSocket closes_it(fd, "127.0.0.1", moved.port());
}

TEST_CASE("a socket is shared by descriptors of its own") {
  auto sockets = open_listen_sockets("127.0.0.1", 0, 1);
  REQUIRE(sockets);
  const std::uint16_t port = sockets->front().port();
  const auto shared = share_listen_socket(std::move(sockets->front()), 3);
  REQUIRE(shared);
  std::set<int> fds;
  for (const ListenSocket& socket : *shared) {
    fds.insert(socket.fd());
    CHECK(socket.port() == port);
    CHECK_FALSE(socket.is_unix());
  }
  CHECK(fds.size() == 3);
}

}  // namespace wsb::net
