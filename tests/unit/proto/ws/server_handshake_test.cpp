#include "core/proto/ws/server_handshake.h"

#include <catch2/catch.hpp>

#include "core/proto/ws/client_handshake.h"
#include "tests/unit/proto/ws/fixed_random.h"

using namespace wsb;
using namespace wsb::ws;

namespace {

http::RequestHead good_request() {
  http::RequestHead request;
  request.method = "GET";
  request.target = "/chat";
  request.headers = {{"Host", "example.com"},
                     {"Upgrade", "websocket"},
                     {"Connection", "keep-alive, Upgrade"},
                     {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                     {"Sec-WebSocket-Version", "13"}};
  return request;
}

template <class F>
UpgradeRefused refusal(F change) {
  http::RequestHead request = good_request();
  change(request);
  const UpgradeDecision decision = judge_upgrade(request, {});
  REQUIRE(std::holds_alternative<UpgradeRefused>(decision));
  return std::get<UpgradeRefused>(decision);
}

UpgradeAccepted accepted(const http::RequestHead& request,
                         const ServerHandshakeOptions& options = {}) {
  const UpgradeDecision decision = judge_upgrade(request, options);
  REQUIRE(std::holds_alternative<UpgradeAccepted>(decision));
  return std::get<UpgradeAccepted>(decision);
}

}  // namespace

TEST_CASE("RFC 6455 1.3: the sample request is answered with the sample accept value") {
  Bytes answer;
  append_switching_protocols(answer, accepted(good_request()));
  CHECK(answer ==
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
}

TEST_CASE("RFC 6455 4.2.1: what is missing or wrong is refused with its status") {
  using Request = http::RequestHead;
  struct Case {
    int status;
    const char* body;
    void (*change)(Request&);
  };
  const Case cases[] = {
      {405, "a WebSocket is opened with GET\n", [](Request& r) { r.method = "POST"; }},
      {405, "a WebSocket is opened with GET\n", [](Request& r) { r.method = "get"; }},
      {505, "a WebSocket needs HTTP/1.1\n", [](Request& r) { r.version_minor = 0; }},
      {505, "this server speaks HTTP/1.1\n", [](Request& r) { r.version_major = 2; }},
      {426, "this address is a WebSocket: the request needs 'Upgrade: websocket'\n",
       [](Request& r) { r.headers.remove("Upgrade"); }},
      {426, "this address is a WebSocket: the request needs 'Upgrade: websocket'\n",
       [](Request& r) { r.headers.set("Upgrade", "h2c"); }},
      {400, "the header 'Connection: Upgrade' is missing\n",
       [](Request& r) { r.headers.set("Connection", "keep-alive"); }},
      {400, "the request needs one Host header\n", [](Request& r) { r.headers.remove("Host"); }},
      {400, "the request needs one Host header\n", [](Request& r) { r.headers.add("Host", "b"); }},
      {426, "this server speaks WebSocket version 13\n",
       [](Request& r) { r.headers.set("Sec-WebSocket-Version", "12"); }},
      {426, "this server speaks WebSocket version 13\n",
       [](Request& r) { r.headers.set("Sec-WebSocket-Version", "013"); }},
      {400, "this server speaks WebSocket version 13\n",
       [](Request& r) { r.headers.remove("Sec-WebSocket-Version"); }},
      {400, "the request needs one Sec-WebSocket-Key of 16 bytes in base64\n",
       [](Request& r) { r.headers.remove("Sec-WebSocket-Key"); }},
      {400, "the request needs one Sec-WebSocket-Key of 16 bytes in base64\n",
       [](Request& r) { r.headers.set("Sec-WebSocket-Key", "AAAA"); }},
      {400, "the request needs one Sec-WebSocket-Key of 16 bytes in base64\n",
       [](Request& r) { r.headers.add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="); }},
  };
  for (const Case& c : cases) {
    const UpgradeRefused refused = refusal(c.change);
    CHECK(refused.status == c.status);
    CHECK(refused.body == c.body);
  }
}

TEST_CASE("RFC 6455 4.4: a refused version is told the right one") {
  const UpgradeRefused refused =
      refusal([](http::RequestHead& r) { r.headers.set("Sec-WebSocket-Version", "8"); });
  Bytes answer;
  append_refusal(answer, refused);
  CHECK(answer ==
        "HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 13\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 40\r\nConnection: close\r\n\r\n"
        "this server speaks WebSocket version 13\n");
  CHECK(refusal([](http::RequestHead& r) { r.method = "PUT"; }).headers.find("Allow") == "GET");
}

TEST_CASE("RFC 6455 4.2.1: names, tokens and lists are read without case") {
  http::RequestHead request = good_request();
  request.headers = {{"host", "example.com"},
                     {"UPGRADE", "foo, WebSocket"},
                     {"connection", "UPGRADE"},
                     {"sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="},
                     {"SEC-WEBSOCKET-VERSION", "13"}};
  CHECK(accepted(request).accept == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_CASE("RFC 6455 4.2.2: the first subprotocol of the client that the server speaks") {
  http::RequestHead request = good_request();
  request.headers.add("Sec-WebSocket-Protocol", "mqtt, chat");
  request.headers.add("Sec-WebSocket-Protocol", "superchat");
  ServerHandshakeOptions options;
  CHECK(accepted(request, options).subprotocol.empty());
  options.subprotocols = {"superchat", "chat"};
  CHECK(accepted(request, options).subprotocol == "chat");
  options.subprotocols = {"superchat"};
  CHECK(accepted(request, options).subprotocol == "superchat");
}

TEST_CASE("subprotocol, extension and own headers go into the answer") {
  http::RequestHead request = good_request();
  request.headers.add("Sec-WebSocket-Protocol", "chat");
  request.headers.add("Sec-WebSocket-Extensions", "permessage-deflate; server_max_window_bits=10");
  ServerHandshakeOptions options;
  options.subprotocols = {"chat"};
  Bytes answer;
  append_switching_protocols(answer, accepted(request, options), {{"Server", "wsb"}});
  CHECK(answer ==
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: chat\r\n"
        "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10\r\n"
        "Server: wsb\r\n\r\n");
  options.deflate.enabled = false;
  CHECK_FALSE(accepted(request, options).deflate.has_value());
}

TEST_CASE("our two halves of the handshake agree with each other") {
  ClientHandshakeOptions client_options;
  client_options.host = "localhost";
  client_options.subprotocols = {"b", "a"};
  client_options.deflate_offers = parse_deflate_offers(
      {"permessage-deflate; server_no_context_takeover; client_max_window_bits=11"});
  test::FixedRandom random;
  ClientHandshake client(client_options, random);
  http::RequestParser parser;
  const auto taken = parser.feed(client.request());
  REQUIRE(taken);
  CHECK(*taken == client.request().size());
  ServerHandshakeOptions server_options;
  server_options.subprotocols = {"a", "b"};
  const UpgradeAccepted verdict = accepted(parser.head(), server_options);
  Bytes answer;
  append_switching_protocols(answer, verdict);
  client.feed(answer);
  REQUIRE(client.state() == ClientHandshake::State::accepted);
  CHECK(client.subprotocol() == "b");
  REQUIRE(verdict.deflate.has_value());
  CHECK(client.deflate() == verdict.deflate->params);
  CHECK(client.deflate() == DeflateParams{true, false, 15, 11});
}
