// Plain HTTP with a real server on loopback (RFC 9110, RFC 9112).

#include "core/net/http_peer.h"

#include <catch2/catch.hpp>

#include <chrono>

#include "tests/unit/net/lws/test_client.h"
#include "tests/unit/net/lws/test_server.h"

namespace wsb::net {
namespace {

std::string status_of(const std::string& answer) { return answer.substr(0, answer.find("\r\n")); }

}  // namespace

TEST_CASE("a GET is answered and the connection kept") {
  TestServer server;
  TestClient client(server.port());
  for (int i = 0; i < 3; ++i) {
    client.send_raw("GET /a%20b?x=1&y=2 HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string answer = client.read_response();
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
  CHECK(client.read_response().ends_with("POST /p  hello"));
  client.send_raw("POST /q HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
  CHECK(client.read_response().ends_with("POST /q  "));
  const std::string body(300'000, 'B');
  client.send_raw(
      "POST /r HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 300000\r\n\r\n");
  CHECK(client.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send_raw(body);
  CHECK((client.read_response().ends_with("POST /r  " + body)));
  client.send_raw("GET /s HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(client.read_response().ends_with("GET /s  "));
}

TEST_CASE("an answer may come later") {
  TestServer server;
  TestClient client(server.port());
  client.send_raw("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(client.read_response().ends_with("later"));
  client.send_raw("POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n1");
  CHECK(client.read_response().ends_with("later"));
}

TEST_CASE("a body has to come within its time, however steadily it drips") {
  ListenConfig config;
  config.body_timeout = 300ms;
  TestServer server(config);
  struct Row {
    const char* request;
    std::string status;
  };
  const Row rows[] = {
      {"POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n", ""},
      {"POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n",
       "HTTP/1.1 413 Content Too Large"},
  };
  for (const Row& row : rows) {
    TestClient client(server.port());
    client.send_raw(row.request);
    if (!row.status.empty()) CHECK(status_of(client.read_until("\r\n\r\n")) == row.status);
    const auto begin = std::chrono::steady_clock::now();
    CHECK(server.eventually([&client] { return !client.send_raw("x"); }));
    CHECK(std::chrono::steady_clock::now() - begin < 8s);
  }
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
  CHECK(next.read_response().ends_with("later"));
}

TEST_CASE("pipelined requests are answered one after the other, in order") {
  TestServer server;
  TestClient client(server.port());
  std::string requests = "GET /later HTTP/1.1\r\nHost: x\r\n\r\n";
  for (int i = 0; i < 2000; ++i) {
    requests += "POST /" + std::to_string(i) +
                " HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody";
  }
  CHECK(client.send_raw(requests));
  CHECK(client.read_response().ends_with("later"));
  for (int i = 0; i < 2000; ++i) {
    const std::string answer = client.read_response();
    REQUIRE(answer.ends_with("POST /" + std::to_string(i) + "  body"));
  }
}

TEST_CASE("a body in chunks is put together, an absent one is empty") {
  TestServer server;
  TestClient client(server.port());
  client.send_raw(
      "POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nTrailer: t\r\n\r\n");
  CHECK(client.read_response().ends_with("POST /p  hello"));
  client.send_raw("\r\n\r\nPOST /q HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(client.read_response().ends_with("POST /q  "));
}

TEST_CASE("a target may be a whole URL, and an unknown Upgrade is passed over") {
  TestServer server;
  TestClient client(server.port());
  client.send_raw("GET http://x:80/a?b HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(client.read_response().ends_with("GET /a b "));
  client.send_raw("GET /c HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\n");
  CHECK(client.read_response().ends_with("GET /c  "));
}

TEST_CASE("HTTP/1.0 closes unless it asks to be kept") {
  TestServer server;
  TestClient client(server.port());
  client.send_raw("GET / HTTP/1.0\r\n\r\n");
  CHECK(client.read_to_end().find("\r\nConnection: close\r\n") != std::string::npos);
  TestClient kept(server.port());
  for (int i = 0; i < 2; ++i) {
    kept.send_raw("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
    CHECK(kept.read_response().find("\r\nConnection: keep-alive\r\n") != std::string::npos);
  }
}

TEST_CASE("requests that cannot be served are refused in words") {
  TestServer server;
  struct Row {
    std::string request;
    std::string status;
  };
  const Row rows[] = {
      {"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request"},
      {"BREW / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 405 Method Not Allowed"},
      {"BREW / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n" +
           std::string(2'000'000, 'x'),
       "HTTP/1.1 405 Method Not Allowed"},
      {"BREW / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
       "HTTP/1.1 405 Method Not Allowed"},
      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
       "HTTP/1.1 501 Not Implemented"},
      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
       "HTTP/1.1 400 Bad Request"},
      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n",
       "HTTP/1.1 400 Bad Request"},
      {"GET / HTTP/2.0\r\nHost: x\r\n\r\n", "HTTP/1.1 505 HTTP Version Not Supported"},
      {"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\nraw bytes", "HTTP/1.1 400 Bad Request"},
      {"GET  / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 400 Bad Request"},
      {"GET / HTTP/1.1\r\nHost : x\r\n\r\n", "HTTP/1.1 400 Bad Request"},
      {"GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(20000, 'h') + "\r\n\r\n",
       "HTTP/1.1 431 Request Header Fields Too Large"},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n" +
           std::string(2'000'000, 'x'),
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

}  // namespace wsb::net
