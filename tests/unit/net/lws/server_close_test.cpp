// How connections end, with a real server on loopback (RFC 6455 §5.5.1, §7).

#include <catch2/catch.hpp>

#include "tests/unit/net/lws/test_client.h"
#include "tests/unit/net/lws/test_server.h"

namespace wsb::net {
namespace {

struct BadFrames {
  const char* what;
  std::string bytes;  // on the wire, with a zero mask
};

// A frame with a zero mask, so that its bytes can be read in the table.
std::string frame(unsigned first, std::string_view payload) {
  std::string out;
  out += static_cast<char>(first);
  out += static_cast<char>(0x80U | payload.size());
  out += std::string(4, '\0');
  return out.append(payload);
}

}  // namespace

TEST_CASE("the peer's Close is answered with its code, and TCP ended at once") {
  for (const int code :
       {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999}) {
    TestServer server;
    TestClient client(server.port());
    client.upgrade();
    client.send_close(static_cast<std::uint16_t>(code), "why");
    CHECK(client.wait_close() == std::to_string(code) + " ");
    CHECK(server.wait_for("close by peer " + std::to_string(code) + " clean 'why' no error"));
  }
}

TEST_CASE("an empty Close is answered with an empty one") {
  TestServer server;
  TestClient client(server.port());
  client.upgrade();
  client.send_close(0);
  CHECK(client.wait_close() == "1005 ");
  CHECK(server.wait_for("close by peer 1005 clean '' no error"));
}

TEST_CASE("an invalid Close is answered with why it is") {
  struct Row {
    std::string payload;
    const char* code;
  };
  const Row rows[] = {
      {"\x03", "1002"},
      {std::string("\x00\x00", 2), "1002"},
      {"\x03\xe7", "1002"},
      {"\x03\xec", "1002"},
      {"\x03\xed", "1002"},
      {"\x03\xee", "1002"},
      {"\x03\xf7", "1002"},
      {"\x04\x4c", "1002"},
      {"\x07\xd0", "1002"},
      {"\x0b\xb7", "1002"},
      {"\x13\x88", "1002"},
      {"\x03\xe8\xff", "1007"},
      {"\x03\xe8\xce\xba\xe1", "1007"},
  };
  for (const Row& row : rows) {
    TestServer server;
    TestClient client(server.port());
    client.upgrade();
    client.send_frame(ws::Opcode::close, row.payload);
    CHECK(client.wait_close().substr(0, 4) == row.code);
    CHECK(server.wait_for("close by "));
  }
}

TEST_CASE("broken frames fail the connection with 1002") {
  const BadFrames rows[] = {
      {"1002 RSV2", frame(0xA1, "x")},
      {"1002 RSV3", frame(0x91, "x")},
      {"1002 RSV1 without an extension", frame(0xC1, "x")},
      {"1002 opcode 3", frame(0x83, "x")},
      {"1002 opcode 11", frame(0x8B, "x")},
      {"1002 fragmented ping", frame(0x09, "x")},
      {"1002 continuation of nothing", frame(0x80, "x")},
      {"1002 text inside a message", frame(0x01, "x") + frame(0x81, "y")},
      {"1002 ping of 126 bytes",
       std::string("\x89\xfe\x00\x7e\0\0\0\0", 8) + std::string(126, 'p')},
      {"1002 no mask", "\x81\x01x"},
      {"1002 length not minimal", std::string("\x81\xfe\x00\x01\0\0\0\0x", 9)},
  };
  for (const BadFrames& row : rows) {
    TestServer server;
    INFO(row.what);
    {
      TestClient client(server.port());
      client.upgrade();
      client.send_raw(row.bytes);
      CHECK(client.wait_close().substr(0, 4) == std::string(row.what).substr(0, 4));
    }
    CHECK(server.wait_for("close by "));
  }
}

TEST_CASE("text that is not UTF-8 fails with 1007 before its message is complete") {
  TestServer server;
  TestClient client(server.port());
  client.upgrade();
  client.send_frame(ws::Opcode::text, "\xce\xba\xff", {.fin = false});
  CHECK(client.wait_close() == "1007 text is not UTF-8");
  CHECK(server.wait_for("close by local 1007 unclean 'text is not UTF-8'"));
  CHECK(server.stats().protocol_errors == 1);
}

TEST_CASE("a message that is too large fails with 1009 by its announced length alone") {
  ListenConfig config;
  config.max_message = 64_KiB;
  TestServer server(config);
  TestClient client(server.port());
  client.upgrade();
  client.send_raw(std::string("\x82\xff\x00\x00\x01\x00\x00\x00\x00\x00\0\0\0\0only this", 23));
  CHECK(client.wait_close() == "1009 message larger than 64KiB");
  CHECK(server.stats().too_large == 1);
}

TEST_CASE("a peer that goes on sending after it was failed still reads the Close") {
  ListenConfig config;
  config.max_message = 64_KiB;
  TestServer server(config);
  TestClient client(server.port());
  client.upgrade();
  client.send_frame(ws::Opcode::binary, std::string(4'000'000, 'x'));
  CHECK(client.wait_close() == "1009 message larger than 64KiB");
}

TEST_CASE("the server's Close comes behind what it sent before, and nothing after it") {
  TestServer server;
  TestClient client(server.port());
  client.upgrade();
  client.send_text("@flood 50");
  client.send_text("@close 4001 bye");
  client.send_text("@echo too late");
  for (int i = 0; i < 50; ++i) REQUIRE((client.next() == std::string(1024, 'f')));
  CHECK(client.wait_close() == "4001 bye");
  CHECK(server.wait_for("close by local 4001 clean '' no error"));
}

TEST_CASE("a Close without a code is empty") {
  TestServer server;
  TestClient client(server.port());
  client.upgrade();
  client.send_text("@close 0 ignored");
  CHECK(client.wait_close() == "1005 ");
}

TEST_CASE("a reason that is too long is cut inside no character") {
  TestServer server;
  TestClient client(server.port());
  client.upgrade();
  client.send_text("@close 1000 " + std::string(122, 'r') + "\xc3\xa4");
  CHECK(client.wait_close() == "1000 " + std::string(122, 'r'));
}

TEST_CASE("a peer that does not answer our Close is dropped after the close timeout") {
  TestServer server;
  TestClient client(server.port());
  client.upgrade();
  client.do_not_answer_close();
  client.send_text("@close 1000 bye");
  CHECK(client.wait_close() == "1000 bye");
  CHECK(server.wait_for("close by local 1006 unclean '' no error"));
}

TEST_CASE("abort drops TCP without a Close") {
  TestServer server;
  TestClient client(server.port());
  client.upgrade();
  client.send_text("@abort");
  CHECK(client.wait_close() == "none");
  CHECK(server.wait_for("close by local 1006 unclean '' no error"));
}

TEST_CASE("a peer whose TCP ends is reported as lost") {
  TestServer server;
  {
    TestClient client(server.port());
    client.upgrade();
  }
  CHECK(server.wait_for("close by network 1006 unclean '' the connection was lost"));
}

}  // namespace wsb::net
