#include "core/proto/socketio/client_connection.h"

#include <catch2/catch.hpp>

#include "tests/unit/proto/socketio/connection_log.h"

using namespace wsb;
using namespace wsb::socketio;

namespace {

using Log = std::vector<std::string>;
using Views = std::vector<BytesView>;

class Recorder final : public ClientConnectionSink {
 public:
  void send(BytesView text, std::span<const BytesView> attachments) override {
    log.add("send " + Bytes(text), attachments);
  }
  void on_connect(std::string_view sid, std::string_view pid) override {
    log.add("connected " + Bytes(sid) + " " + Bytes(pid));
  }
  void on_connect_error(std::string_view message, BytesView data) override {
    log.add("refused " + Bytes(message) + " " + Bytes(data));
  }
  void on_event(const IncomingEvent& event) override { log.add_event(event); }
  void on_ack(const IncomingAck& ack) override { log.add_ack(ack); }
  void on_disconnect() override { log.add("disconnected"); }
  void on_error(const Error& error) override { log.add("error " + error.message); }

  test::ConnectionLog log;
};

struct Client {
  explicit Client(ClientConnectionOptions options = {}) : connection(std::move(options), &sink) {}
  void text(BytesView message) { connection.message_received(false, message); }
  void connect() {
    connection.connect({});
    text(R"(0{"sid":"id"})");
    take();
  }
  Log take() { return sink.log.take(); }

  Recorder sink;
  ClientConnection connection;
};

}  // namespace

TEST_CASE("a client connects to its namespace with auth") {
  Client client;
  client.connection.connect({});
  client.connection.connect({});
  CHECK_FALSE(client.connection.is_connected());
  client.text(R"(0{"sid":"aaa"})");
  CHECK(client.connection.is_connected());
  CHECK(client.take() == Log{"send 0", "connected aaa "});

  Client custom({"/custom"});
  custom.connection.connect(R"({"token":"1"})");
  custom.text(R"(0{"sid":"of another namespace"})");
  custom.text(R"(0/custom,{"pid":"secret","sid":"bbb"})");
  CHECK(custom.take() == Log{R"(send 0/custom,{"token":"1"})", "connected bbb secret"});
}

TEST_CASE("a refusal has words and perhaps data, and may be followed by another try") {
  const std::pair<std::string_view, std::string> cases[] = {
      {R"(4{"message":"unauthorized","data":{"code":401}})",
       R"(refused unauthorized {"code":401})"},
      {R"(4{"message":"no"})", "refused no "},
      {R"(4{"other":1})", "refused  "},
      {R"(4 "old words" )", "refused old words "},
  };
  for (const auto& [message, expected] : cases) {
    CAPTURE(message);
    Client client;
    client.connection.connect({});
    client.text(message);
    CHECK(client.take() == Log{"send 0", expected});
    CHECK_FALSE(client.connection.emit({"x", {}}));
    client.connection.connect("{}");
    CHECK(client.take() == Log{"send 0{}"});
  }
}

TEST_CASE("a client emits and is answered") {
  Client client;
  const Views args{"1", R"({"_placeholder":true,"num":0})"};
  const Views attachments{"bytes"};
  CHECK_FALSE(client.connection.emit({"early", args}));
  CHECK_FALSE(client.connection.emit_with_ack({"early", args}));
  CHECK_FALSE(client.connection.acknowledge(0, args));
  client.connect();
  CHECK(client.connection.emit({"a", {args.data(), 1}}));
  CHECK(client.connection.emit_with_ack({"b", args, attachments}) == 0U);
  CHECK(client.connection.emit_with_ack({"c", {}}) == 1U);
  CHECK(client.connection.pending_acks() == 2);
  CHECK(client.take() == Log{R"(send 2["a",1])",
                             R"(send 51-0["b",1,{"_placeholder":true,"num":0}] #bytes)",
                             R"(send 21["c"])"});
  client.text("31[5]");
  client.text("31[5]");
  client.text(R"(61-0[{"_placeholder":true,"num":0}])");
  client.connection.message_received(true, "back");
  CHECK(client.take() == Log{"ack / 1 5", R"(ack / 0 {"_placeholder":true,"num":0} #back)"});
  CHECK(client.connection.pending_acks() == 0);
}

TEST_CASE("the acks that a server owes are limited") {
  Client client({"/", {}, 1});
  client.connect();
  CHECK(client.connection.emit_with_ack({"q", {}}) == 0U);
  CHECK_FALSE(client.connection.emit_with_ack({"q", {}}));
}

TEST_CASE("a client hears events and acknowledges them") {
  Client client({"/n"});
  client.connection.connect({});
  client.text(R"(2/n,["missed",1])");  // recovery: before the answer
  client.text(R"(0/n,{"sid":"id"})");
  client.text(R"(2["of another namespace"])");
  client.text(R"(2/n,3["q",null])");
  CHECK(client.connection.acknowledge(3, {}));
  client.text(R"(51-/n,["file",{"_placeholder":true,"num":0}])");
  client.connection.message_received(true, "bytes");
  CHECK(client.take() == Log{"send 0/n,", "event /n missed 1", "connected id ",
                             "event /n q ack=3 null", "send 3/n,3[]",
                             R"(event /n file {"_placeholder":true,"num":0} #bytes)"});
}

TEST_CASE("either side ends the connection to the namespace") {
  Client client;
  client.connect();
  client.connection.emit_with_ack({"q", {}});
  client.take();
  client.text("1");
  client.text(R"(2["late"])");
  client.text("30[]");
  CHECK(client.take() == Log{"disconnected"});
  CHECK_FALSE(client.connection.is_connected());
  CHECK(client.connection.pending_acks() == 0);

  Client leaving;
  leaving.connect();
  leaving.connection.disconnect();
  leaving.connection.disconnect();
  leaving.text(R"(2["late"])");
  CHECK(leaving.take() == Log{"send 1"});
}

TEST_CASE("what a server must not send is an error") {
  const std::pair<std::string_view, std::string> cases[] = {
      {"abc", "error a Socket.IO packet of unknown type"},
      {"2{}", "error the payload of an event is no JSON array that is taken"},
      {"0", "error the server's answer to CONNECT has no sid: does it speak Socket.IO before 3?"},
      {R"(0{"sid":5})",
       "error the server's answer to CONNECT has no sid: does it speak Socket.IO before 3?"},
      {R"(0{"sid":"again"})", "error the server accepted what was not asked"},
      {R"(511-["a"])", "error too many attachments: 11, not more than 10 are taken"},
  };
  for (const auto& [message, expected] : cases) {
    CAPTURE(message);
    Client client;
    client.connect();
    client.text(message);
    CHECK(client.take() == Log{expected});
    client.text(R"(2["late"])");
    CHECK(client.take().empty());
    CHECK_FALSE(client.connection.is_connected());
  }
}
