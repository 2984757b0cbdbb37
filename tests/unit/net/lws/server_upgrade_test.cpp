// The upgrade request, with a real server on loopback (RFC 6455 §4.2).

#include <catch2/catch.hpp>

#include "tests/unit/net/lws/test_client.h"
#include "tests/unit/net/lws/test_server.h"

namespace wsb::net {
namespace {

const std::string kGood =
    "Host: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";

std::string without(std::string text, const std::string& line) {
  const std::size_t begin = text.find(line);
  REQUIRE(begin != std::string::npos);
  return text.erase(begin, text.find("\r\n", begin) + 2 - begin);
}

std::string status_of(const std::string& answer) { return answer.substr(0, answer.find("\r\n")); }

}  // namespace

TEST_CASE("upgrade requests that break RFC 6455 are refused, each with its status") {
  TestServer server;
  struct Row {
    std::string request;
    std::string status;
    std::string header;
  };
  const Row rows[] = {
      {"POST / HTTP/1.1\r\nContent-Length: 0\r\n" + kGood, "405 Method Not Allowed", "Allow: GET"},
      {"GET / HTTP/1.0\r\n" + kGood, "505 HTTP Version Not Supported", ""},
      {"GET / HTTP/1.1\r\n" + without(kGood, "Sec-WebSocket-Key"), "400 Bad Request", ""},
      {"GET / HTTP/1.1\r\nSec-WebSocket-Key: c2hvcnQ=\r\n" + without(kGood, "Sec-WebSocket-Key"),
       "400 Bad Request", ""},
      {"GET / HTTP/1.1\r\n" + without(kGood, "Sec-WebSocket-Version"), "400 Bad Request",
       "Sec-WebSocket-Version: 13"},
      {"GET / HTTP/1.1\r\nSec-WebSocket-Version: 12\r\n" + without(kGood, "Sec-WebSocket-Version"),
       "426 Upgrade Required", "Sec-WebSocket-Version: 13"},
      {"GET / HTTP/1.1\r\n" + without(kGood, "Host"), "400 Bad Request", ""},
      {"GET / HTTP/1.1\r\nConnection: close\r\n" + without(kGood, "Connection"), "400 Bad Request",
       ""},
      {"GET /forbidden HTTP/1.1\r\n" + kGood, "403 Forbidden", "X-Why: forbidden"},
  };
  for (const Row& row : rows) {
    TestClient client(server.port());
    client.send_raw(row.request + "\r\n");
    const std::string answer = client.read_to_end();
    INFO(row.request);
    CHECK(status_of(answer) == "HTTP/1.1 " + row.status);
    CHECK(answer.find("\r\nConnection: close\r\n") != std::string::npos);
    if (!row.header.empty()) CHECK(answer.find("\r\n" + row.header + "\r\n") != std::string::npos);
  }
  // Without a Host it is no request at all.
  CHECK(server.stats().upgrades_refused == std::size(rows) - 1);
}

TEST_CASE("a good upgrade is answered by RFC 6455") {
  TestServer server;
  TestClient client(server.port());
  const std::string head = client.upgrade();
  CHECK(status_of(head) == "HTTP/1.1 101 Switching Protocols");
  CHECK(head.find("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n") !=
        std::string::npos);
  CHECK(head.find("Sec-WebSocket-Protocol") == std::string::npos);
}

TEST_CASE("the handler chooses the subprotocol, or none") {
  TestServer server;
  TestClient chosen(server.port());
  CHECK(chosen.upgrade("/", "Sec-WebSocket-Protocol: other, chat.v2\r\n")
            .find("\r\nSec-WebSocket-Protocol: chat.v2\r\n") != std::string::npos);
  TestClient none(server.port());
  const std::string head = none.upgrade("/", "Sec-WebSocket-Protocol: graphql-ws\r\n");
  CHECK(status_of(head) == "HTTP/1.1 101 Switching Protocols");
  CHECK(head.find("Sec-WebSocket-Protocol") == std::string::npos);
  none.send_text("@echo works");
  CHECK(none.next() == "works");
  TestClient page(server.port());  // and HTTP still finds its way
  page.send_raw("GET /after HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(page.read_response().ends_with("GET /after  "));
}

TEST_CASE("long and odd lists are borne") {
  TestServer server;
  const std::string rest = without(kGood, "Connection");
  const std::string requests[] = {
      rest + "Connection: Upgrade, " + std::string(130, 'c') + ", x\r\n",
      rest + "Connection: keep-alive,, Upgrade\r\n",
      rest + "Connection: 5, Upgrade\r\n",
      kGood + "Sec-WebSocket-Protocol: , ,\r\n",
      kGood + "Sec-WebSocket-Protocol: 13, " + std::string(400, 'p') + "\r\n",
      kGood + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n",
      "Upgrade: h2c\r\n" + kGood,
  };
  for (const std::string& request : requests) {
    TestClient client(server.port());
    client.send_raw("GET / HTTP/1.1\r\n" + request + "\r\n");
    INFO(request);
    CHECK(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 101 "));
  }
}

TEST_CASE("a WebSocket is opened without a body") {
  TestServer server;
  for (const std::string body : {"Content-Length: 2\r\n", "Transfer-Encoding: chunked\r\n"}) {
    TestClient client(server.port());
    client.send_raw("GET / HTTP/1.1\r\n" + kGood + body + "\r\n");
    CHECK(status_of(client.read_to_end()) == "HTTP/1.1 400 Bad Request");
  }
}

TEST_CASE("an offer of HTTP/2 is ignored and the request answered") {
  TestServer server;
  TestClient client(server.port());
  for (int i = 0; i < 2; ++i) {
    client.send_raw(
        "GET /p HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
        "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n");
    CHECK(client.read_response().ends_with("GET /p  "));
  }
}

TEST_CASE("an upgrade behind a request that is not answered yet comes after its answer") {
  TestServer server;
  TestClient client(server.port());
  client.send_raw("GET /later HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\n" + kGood + "\r\n");
  CHECK(client.read_response().ends_with("later"));
  CHECK(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 101 "));
}

TEST_CASE("a kept connection may upgrade after a request") {
  TestServer server;
  TestClient client(server.port());
  client.send_raw("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(status_of(client.read_response()) == "HTTP/1.1 200 OK");
  CHECK(client.upgrade().starts_with("HTTP/1.1 101 "));
  client.send_text("@echo x");
  CHECK(client.next() == "x");
}

}  // namespace wsb::net
