// permessage-deflate of the real server (RFC 7692).

#include <catch2/catch.hpp>

#include <thread>

#include "core/proto/ws/deflater.h"
#include "tests/unit/net/lws/test_client.h"
#include "tests/unit/net/lws/test_server.h"

namespace wsb::net {
namespace {

// The Sec-WebSocket-Extensions line of the answer; "" when there is none.
std::string answer_to(TestServer& server, const std::string& offer) {
  TestClient client(server.port());
  const std::string head = client.upgrade("/", "Sec-WebSocket-Extensions: " + offer + "\r\n");
  CHECK(head.starts_with("HTTP/1.1 101 "));
  const std::string name = "Sec-WebSocket-Extensions: ";
  const std::size_t begin = head.find(name);
  if (begin == std::string::npos) return "";
  const std::size_t from = begin + name.size();
  return head.substr(from, head.find("\r\n", from) - from);
}

const std::string kOffer = "Sec-WebSocket-Extensions: permessage-deflate\r\n";

}  // namespace

TEST_CASE("offers are answered in full, the first good one is taken") {
  TestServer server;
  CHECK(answer_to(server, "permessage-deflate") == "permessage-deflate");
  CHECK(answer_to(server, "x-unknown") == "");
  CHECK(answer_to(server, "permessage-deflate; server_max_window_bits=10") ==
        "permessage-deflate; server_max_window_bits=10");
  CHECK(answer_to(server,
                  "permessage-deflate; server_no_context_takeover; "
                  "client_no_context_takeover") ==
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
  CHECK(answer_to(server, "permessage-deflate; server_max_window_bits=7") == "");
  CHECK(answer_to(server,
                  "permessage-deflate; nonsense, permessage-deflate; "
                  "server_max_window_bits=9") == "permessage-deflate; server_max_window_bits=9");
  CHECK(answer_to(server, "permessage-deflate; server_max_window_bits=11, permessage-deflate") ==
        "permessage-deflate; server_max_window_bits=11");
  CHECK(answer_to(server, "permessage-deflate, permessage-deflate; client_max_window_bits") ==
        "permessage-deflate");
  CHECK(answer_to(server, "bbf-usp-protocol, permessage-deflate") == "permessage-deflate");
}

TEST_CASE("compression is not offered when it is switched off") {
  ListenConfig config;
  config.deflate = false;
  TestServer server(config);
  CHECK(answer_to(server, "permessage-deflate") == "");
}

TEST_CASE("a long Extensions header is borne") {
  TestServer server;
  TestClient client(server.port());
  client.send_raw(
      "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Extensions: " +
      std::string(385, 'x') + "\r\n\r\n");
  CHECK(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 101 "));
}

TEST_CASE("compressed and uncompressed messages mix on one connection, both ways") {
  TestServer server;
  TestClient client(server.port());
  client.upgrade("/", kOffer);
  const std::string text(3000, 'z');
  client.send_compressed("@echo " + text);
  CHECK((client.next() == text));
  CHECK(client.last_was_compressed());
  client.send_text("@echo " + text);
  CHECK((client.next() == text));
  CHECK_FALSE(client.last_was_compressed());
  client.send_compressed("@echo ");
  CHECK(client.next().empty());
  client.send_text("@echo ");
  CHECK(client.next().empty());
}

TEST_CASE("a compressed message in many frames, with an empty last one, is inflated") {
  TestServer server;
  TestClient client(server.port());
  client.upgrade("/", kOffer);
  ws::Deflater deflater({.no_context_takeover = true});
  Bytes packed;
  const std::string text = "@echo fragmented and compressed, compressed and fragmented";
  deflater.compress(text, packed);
  for (std::size_t i = 0; i < packed.size(); ++i) {
    client.send_frame(i == 0 ? ws::Opcode::text : ws::Opcode::continuation,
                      BytesView(packed).substr(i, 1), {.fin = false, .rsv1 = i == 0});
  }
  client.send_frame(ws::Opcode::ping, "between");
  client.send_frame(ws::Opcode::continuation, "");
  CHECK(client.next() == text.substr(6));
  CHECK(client.next_pong() == "between");
}

TEST_CASE("the peer's compressor may keep its context") {
  TestServer server;
  TestClient client(server.port());
  client.upgrade("/", kOffer);
  ws::Deflater deflater({});
  for (int i = 0; i < 20; ++i) {
    const std::string text = "the same words again and again, number " + std::to_string(i);
    Bytes packed;
    deflater.compress("@echo " + text, packed);
    client.send_frame(ws::Opcode::text, packed, {.rsv1 = true});
    CHECK(client.next() == text);
  }
}

TEST_CASE("RSV1 on a continuation fails with 1002") {
  TestServer server;
  TestClient client(server.port());
  client.upgrade("/", kOffer);
  client.send_frame(ws::Opcode::text, "a", {.fin = false});
  client.send_frame(ws::Opcode::continuation, "b", {.rsv1 = true});
  CHECK(client.wait_close() == "1002 reserved bit is set on a continuation frame");
}

TEST_CASE("RSV2 on a compressed connection fails with 1002") {
  TestServer server;
  TestClient client(server.port());
  client.upgrade("/", kOffer);
  client.send_raw(std::string("\xE1\x81\0\0\0\0x", 7));
  CHECK(client.wait_close().starts_with("1002"));
}

TEST_CASE("RSV1 on pong and Close fails with 1002") {
  for (const ws::Opcode opcode : {ws::Opcode::pong, ws::Opcode::close}) {
    TestServer server;
    TestClient client(server.port());
    client.upgrade("/", kOffer);
    client.send_frame(opcode, "\x03\xe8", {.rsv1 = true});
    CHECK(client.wait_close() == "1002 reserved bit is set on a control frame");
  }
}

TEST_CASE("a bomb is refused with 1009, damaged data with 1007") {
  TestServer server;
  TestClient bomb(server.port());
  bomb.upgrade("/", kOffer);
  bomb.send_compressed(std::string(50'000'000, '\0'));
  CHECK(bomb.wait_close() == "1009 message larger than 1MiB");
  TestClient damaged(server.port());
  damaged.upgrade("/", kOffer);
  damaged.send_frame(ws::Opcode::text, "\x07\xff\xff\xff", {.rsv1 = true});
  CHECK(damaged.wait_close() == "1007 compressed data is damaged");
}

TEST_CASE("several busy compressed connections do not damage each other's messages") {
  ListenConfig config;
  config.max_message = 8_MiB;
  TestServer server(config);
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&server, t] {
      TestClient client(server.port());
      client.upgrade("/", kOffer);
      for (std::size_t i = 1; i <= 30; ++i) {
        std::string text;
        while (text.size() < i * 5000)
          text += std::to_string(t) + std::to_string(text.size()) + " ";
        client.send_compressed("@echo " + text);
        if (client.next() != text) FAIL_CHECK("damaged");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_CASE("a broadcast reaches compressed and plain receivers alike") {
  TestServer server;
  TestClient plain(server.port());
  plain.upgrade();
  TestClient packed(server.port());
  packed.upgrade("/", kOffer);
  TestClient small(server.port());
  small.upgrade("/", "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9\r\n");
  const std::string text(4000, 'b');
  server.publish({text, "tiny", text});
  for (TestClient* client : {&plain, &packed, &small}) {
    CHECK((client->next() == text));
    CHECK(client->last_was_compressed() == (client != &plain));
    CHECK(client->next() == "tiny");
    CHECK((client->next() == text));
  }
}

}  // namespace wsb::net
