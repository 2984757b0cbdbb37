#include "core/net/lws/request_head.h"

#include <catch2/catch.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/net/lws/test_client.h"
#include "tests/unit/net/lws/test_server.h"

namespace wsb::net {

TEST_CASE("a target reaches the handler encoded, tidied as libwebsockets does it") {
  struct Row {
    const char* sent;
    const char* seen;
  };
  const Row rows[] = {
      {"/", "/ "},
      {"/a%20b?q=%26&r=1", "/a%20b q=%26&r=1"},
      {"/x/../y//z", "/y/z "},
      {"/%c3%a4", "/%C3%A4 "},
      {"/x&y.txt?a&&b", "/x&y.txt a&&b"},
      {"/x%26y.txt", "/x%26y.txt "},
      {"/a;b+c", "/a&b%20c "},
  };
  TestServer server;
  for (const Row& row : rows) {
    TestClient client(server.port());
    client.send_raw("GET " + std::string(row.sent) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string answer = client.read_response();
    INFO(row.sent);
    CHECK(answer.substr(answer.find("\r\n\r\n") + 4) == "GET " + std::string(row.seen) + " ");
  }
}

TEST_CASE("addresses of both ends are text, and empty for what is no socket of the net") {
  auto sockets = open_listen_sockets("127.0.0.1", 0, 1);
  REQUIRE(sockets);
  CHECK(local_address(sockets->front().fd()) ==
        "127.0.0.1:" + std::to_string(sockets->front().port()));
  CHECK(peer_address(sockets->front().fd()).empty());
  int pair[2];
  REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
  CHECK(peer_address(pair[0]).empty());
  close(pair[0]);
  close(pair[1]);
}

}  // namespace wsb::net
