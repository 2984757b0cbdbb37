#include "core/proto/engineio/client_session.h"

#include <catch2/catch.hpp>

#include <vector>

using namespace wsb;
using namespace wsb::engineio;

namespace {

using Log = std::vector<std::string>;

const TimePoint kStart{100s};
constexpr std::string_view kOpen =
    R"(0{"sid":"a","upgrades":[],"pingInterval":300,"pingTimeout":200,"maxPayload":9})";

class Recorder final : public ClientSessionSink {
 public:
  void on_open(const OpenPacket& open) override { log.push_back("open " + open.sid); }
  void send_text(BytesView text) override { log.push_back("text " + Bytes(text)); }
  void send_binary(BytesView data) override { log.push_back("binary " + Bytes(data)); }
  void deliver(bool binary, BytesView data) override {
    log.push_back((binary ? "got binary " : "got ") + Bytes(data));
  }
  void session_closed(CloseReason reason, std::string_view why) override {
    log.push_back("closed " + std::string(describe(reason)) + ": " + std::string(why));
  }
  Log take() { return std::exchange(log, {}); }
  Log log;
};

struct Client {
  Client() : session(10s, &sink, kStart) {}
  void open() {
    session.frame_received(false, kOpen, kStart);
    sink.take();
  }
  Recorder sink;
  ClientSession session;
};

}  // namespace

TEST_CASE("a client opens, answers pings, sends and receives messages") {
  Client client;
  CHECK_FALSE(client.session.send_message(false, "early"));
  client.session.frame_received(false, kOpen, kStart);
  CHECK(client.session.is_open());
  client.session.frame_received(false, "2", kStart);
  client.session.frame_received(false, "4hello", kStart);
  client.session.frame_received(true, "\x01", kStart);
  client.session.frame_received(false, "6", kStart);
  CHECK(client.session.send_message(false, "x"));
  CHECK(client.session.send_message(true, "y"));
  CHECK(client.sink.take() ==
        Log{"open a", "text 3", "got hello", "got binary \x01", "text 4x", "binary y"});
}

TEST_CASE("a server that is silent for longer than it promised is given up") {
  Client client;
  CHECK(client.session.next_deadline() == kStart + 10s);
  client.open();
  CHECK(client.session.next_deadline() == kStart + 500ms);
  client.session.frame_received(false, "2", kStart + 400ms);
  CHECK(client.session.next_deadline() == kStart + 900ms);
  client.session.frame_received(false, "4data", kStart + 800ms);  // no ping: does not count
  client.session.tick(kStart + 899ms);
  CHECK(client.sink.take() == Log{"text 3", "got data"});
  client.session.tick(kStart + 900ms);
  CHECK(client.sink.take() == Log{"closed ping timeout: no ping within 500ms"});
  CHECK_FALSE(client.session.next_deadline());
  CHECK_FALSE(client.session.send_message(false, "late"));
  client.session.frame_received(false, "4late", kStart + 901ms);
  client.session.websocket_closed();
  client.session.tick(kStart + 1h);
  CHECK(client.sink.take().empty());
}

TEST_CASE("an open packet that does not come is a timeout") {
  Client client;
  client.session.tick(kStart + 10s);
  CHECK(client.sink.take() == Log{"closed ping timeout: no open packet within 10s"});
}

TEST_CASE("what a server must not send ends the session") {
  struct Case {
    bool opened;
    bool binary;
    std::string_view payload;
    std::string expected;
  };
  const std::string parse = "closed parse error: ";
  const Case cases[] = {
      {false, true, "x", parse + "a binary message came before the open packet"},
      {false, false, "4x", parse + "a packet came before the open packet"},
      {false, false, "2", parse + "a packet came before the open packet"},
      {false, false, "", parse + "a message that is no Engine.IO packet came"},
      {false, false, "hello", parse + "a message that is no Engine.IO packet came"},
      {false, false, "0{}", parse + "the open packet has no usable 'sid'"},
      {true, false, "7", parse + "a message that is no Engine.IO packet came"},
      {true, false, "3", parse + "a packet came that a server does not send"},
      {true, false, "5", parse + "a packet came that a server does not send"},
      {true, false, "0{}", parse + "a packet came that a server does not send"},
      {true, false, "1", "closed transport close: "},
  };
  for (const Case& c : cases) {
    CAPTURE(c.opened, c.payload);
    Client client;
    if (c.opened) client.open();
    client.session.frame_received(c.binary, c.payload, kStart);
    CHECK(client.sink.take() == Log{c.expected});
    CHECK_FALSE(client.session.is_open());
  }
}

TEST_CASE("either side ends it, and that is told once") {
  Client client;
  client.open();
  client.session.close();
  client.session.close();
  client.session.websocket_closed();
  CHECK(client.sink.take() == Log{"text 1", "closed forced close: "});

  Client lost;
  lost.open();
  lost.session.websocket_closed();
  lost.session.close();
  CHECK(lost.sink.take() == Log{"closed transport close: "});

  Client early;
  early.session.close();
  CHECK(early.sink.take() == Log{"closed forced close: "});
}

TEST_CASE("the target of the request is made of a path and what the user adds") {
  CHECK(websocket_target("", "") == "/socket.io/?EIO=4&transport=websocket");
  CHECK(websocket_target("/", "") == "/socket.io/?EIO=4&transport=websocket");
  CHECK(websocket_target("/engine.io", "") == "/engine.io/?EIO=4&transport=websocket");
  CHECK(websocket_target("/a/b/", "token=x&y") == "/a/b/?EIO=4&transport=websocket&token=x&y");
}
