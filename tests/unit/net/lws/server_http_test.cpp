// HTTP and the upgrade request, with a real server on loopback (RFC 9110, RFC 9112, RFC 6455 §4.2).

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

std::string status_of(const std::string& answer) {
  return answer.substr(0, answer.find("\r\n"));
}

// A response of known length: head and body.
std::string read_answer(TestClient& client) {
  std::string head = client.read_until("\r\n\r\n");
  const std::size_t at = head.find("Content-Length: ");
  REQUIRE(at != std::string::npos);
  const auto length = static_cast<std::size_t>(std::stoi(head.substr(at + 16)));
  return head + (length == 0 ? "" : client.read_bytes(length));
}

}  // namespace

TEST_CASE("a GET is answered and the connection kept") {
  TestServer server;
  TestClient client(server.port());
  for (int i = 0; i < 3; ++i) {
    client.send_raw("GET /a%20b?x=1&y=2 HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string answer = read_answer(client);
    CHECK(status_of(answer) == "HTTP/1.1 200 OK");
    CHECK(answer.find("\r\nX-Test: yes\r\n") != std::string::npos);
    CHECK(answer.find("\r\nDate: ") != std::string::npos);
    CHECK(answer.find("Connection: close") == std::string::npos);
    CHECK(answer.ends_with("\r\n\r\nGET /a%20b x=1&y=2 "));
  }
}

TEST_CASE("HEAD has the length of GET and no body") {
  TestServer server;
  TestClient client(server.port());
  client.send_raw("HEAD /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string answer = client.read_to_end();
  CHECK(status_of(answer) == "HTTP/1.1 200 OK");
  CHECK(answer.find("\r\nContent-Length: 3000000\r\n") != std::string::npos);
  CHECK(answer.find("\r\nConnection: close\r\n") != std::string::npos);
  CHECK(answer.ends_with("\r\n\r\n"));
}

TEST_CASE("a large body arrives whole") {
  TestServer server;
  TestClient client(server.port());
  client.send_raw("GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string answer = client.read_to_end();
  CHECK(answer.size() - answer.find("\r\n\r\n") - 4 == 3'000'000);
}

TEST_CASE("a POST is delivered with its body, an empty one too, and the connection kept") {
  TestServer server;
  TestClient client(server.port());
  client.send_raw("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
  CHECK(read_answer(client).ends_with("POST /p  hello"));
  client.send_raw("POST /q HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
  CHECK(read_answer(client).ends_with("POST /q  "));
  const std::string body(300'000, 'B');
  client.send_raw("POST /r HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 300000\r\n\r\n");
  CHECK(client.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send_raw(body);
  CHECK((read_answer(client).ends_with("POST /r  " + body)));
  client.send_raw("GET /s HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(read_answer(client).ends_with("GET /s  "));
}

TEST_CASE("an answer may come later") {
  TestServer server;
  TestClient client(server.port());
  client.send_raw("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(read_answer(client).ends_with("later"));
  client.send_raw("POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n1");
  CHECK(read_answer(client).ends_with("later"));
}

TEST_CASE("a client that leaves before the answer does no harm") {
  TestServer server;
  {
    TestClient client(server.port());
    client.send_raw("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(server.wait_for("request GET /later"));
  }
  TestClient next(server.port());
  next.send_raw("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(read_answer(next).ends_with("later"));
}

TEST_CASE("HTTP/1.0 closes unless it asks to be kept") {
  TestServer server;
  TestClient client(server.port());
  client.send_raw("GET / HTTP/1.0\r\n\r\n");
  CHECK(client.read_to_end().find("\r\nConnection: close\r\n") != std::string::npos);
}

TEST_CASE("requests that cannot be served are refused in words") {
  TestServer server;
  struct Row {
    std::string request;
    std::string status;
  };
  const Row rows[] = {
      {"DELETE / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 405 Method Not Allowed"},
      {"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.1 405 Method Not Allowed"},
      {"POST / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 411 Length Required"},
      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       "HTTP/1.1 411 Length Required"},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n" + std::string(2'000'000, 'x'),
       "HTTP/1.1 413 Content Too Large"},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n",
       "HTTP/1.1 413 Content Too Large"},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1x\r\n\r\n1", "HTTP/1.1 400 Bad Request"},
  };
  for (const Row& row : rows) {
    TestClient client(server.port());
    client.send_raw(row.request);
    const std::string answer = client.read_to_end();
    INFO(row.request.substr(0, 100));
    CHECK(status_of(answer) == row.status);
    CHECK(answer.find("\r\nConnection: close\r\n") != std::string::npos);
  }
  CHECK(server.events().empty());  // nothing of it reached the handler
}

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
      {"GET / HTTP/1.1\r\nConnection: close\r\n" + without(kGood, "Connection"), "400 Bad Request", ""},
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
  CHECK(server.stats().upgrades_refused == std::size(rows));
}

TEST_CASE("a good upgrade is answered by RFC 6455") {
  TestServer server;
  TestClient client(server.port());
  const std::string head = client.upgrade();
  CHECK(status_of(head) == "HTTP/1.1 101 Switching Protocols");
  CHECK(head.find("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n") != std::string::npos);
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
  CHECK(read_answer(page).ends_with("GET /after  "));
}

TEST_CASE("a subprotocol header that libwebsockets cannot bear is refused in words") {
  TestServer server;
  TestClient client(server.port());
  client.send_raw("GET / HTTP/1.1\r\n" + kGood + "Sec-WebSocket-Protocol: " + std::string(100, 'p') +
                  "\r\n\r\n");
  CHECK(status_of(client.read_to_end()) == "HTTP/1.1 400 Bad Request");
}

TEST_CASE("a kept connection may upgrade after a request") {
  TestServer server;
  TestClient client(server.port());
  client.send_raw("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(status_of(read_answer(client)) == "HTTP/1.1 200 OK");
  CHECK(client.upgrade().starts_with("HTTP/1.1 101 "));
  client.send_text("@echo x");
  CHECK(client.next() == "x");
}

}  // namespace wsb::net
