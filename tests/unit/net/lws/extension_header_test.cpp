// Long, repeated and scattered extension headers, with a real server on loopback (RFC 7692 §5).

#include <catch2/catch.hpp>

#include "tests/unit/net/lws/test_client.h"
#include "tests/unit/net/lws/test_server.h"

namespace wsb::net {
namespace {

const std::string kName = "Sec-WebSocket-Extensions: ";
const std::string kDeflate = "permessage-deflate";

std::string extensions_in(const std::string& head) {
  const std::size_t begin = head.find("\r\n" + kName);
  if (begin == std::string::npos) return "none";
  const std::size_t value = begin + 2 + kName.size();
  return head.substr(value, head.find("\r\n", value) - value);
}

}  // namespace

TEST_CASE("offers are understood however long, often and scattered they are") {
  TestServer server;
  struct Row {
    std::string headers;
    std::string answer;
  };
  const std::string all =
      kDeflate + "; client_no_context_takeover; client_max_window_bits; "
                 "server_no_context_takeover; server_max_window_bits=9";
  const std::string all_answered =
      kDeflate + "; server_no_context_takeover; client_no_context_takeover; "
                 "server_max_window_bits=9";
  const Row rows[] = {
      {kName + kDeflate + "\r\n", kDeflate},
      {kName + kDeflate + ", " + kDeflate + ", " + kDeflate + "\r\n", kDeflate},
      {kName + all + ", " + all + ", " + kDeflate + "\r\n", all_answered},
      {kName + "x-one\r\n" + kName + all + "\r\n" + kName + kDeflate + "\r\n", all_answered},
      {kName + "x-one; a=1, x-two, " + kDeflate + "\r\n", kDeflate},
      {kName + std::string(384, 'x') + "\r\n", "none"},
      {kName + std::string(360, 'x') + "\r\n" + kName + "y\r\n", "none"},
      {kName + std::string(360, 'x') + ", " + kDeflate + "\r\n", kDeflate},
      {kName + kDeflate + "; unknown, " + kDeflate + "; unknown\r\n", "none"},
      {"Cookie: " + all + "\r\n" + kName + all + "\r\n", all_answered},
      {kName + all + "\r\nCookie: " + all + "\r\n", all_answered},
  };
  for (const Row& row : rows) {
    INFO(row.headers);
    TestClient client(server.port());
    const std::string head = client.upgrade("/", row.headers);
    CHECK(head.starts_with("HTTP/1.1 101 "));
    CHECK(extensions_in(head) == row.answer);
    client.send_text("@echo x");
    CHECK(client.next() == "x");
  }
}

TEST_CASE("other extensions without end before ours are refused in words") {
  TestServer server;
  std::string headers;
  for (int i = 0; i < 15; ++i) headers += kName + "x-" + std::to_string(i) + "\r\n";
  TestClient client(server.port());
  client.send_raw("GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" +
                  headers + headers + kName + kDeflate + "\r\n\r\n");
  CHECK(client.read_to_end().starts_with("HTTP/1.1 400 Bad Request\r\n"));
}

}  // namespace wsb::net
