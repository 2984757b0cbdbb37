#include "core/session/socketio_connection.h"

#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/fake_net.h"

using namespace wsb;
using namespace wsb::session;
using net::SendStatus;
using Texts = std::vector<std::string>;

namespace {

constexpr const char* kOpen =
    R"(0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000})";

// The server: a script of what it answers to each message.
class ScriptedServer final : public net::ConnectionHandler, public net::HttpHandler {
 public:
  net::HandshakeDecision on_handshake(const net::HandshakeRequest& request) override {
    target = std::string(request.path) + "?" + std::string(request.query);
    return {};
  }
  void on_open(net::Connection& connection) override {
    peer = &connection;
    for (const std::string& text : greeting) connection.send(ws::Opcode::text, text);
  }
  void on_message(net::Connection& connection, const ws::Message& message) override {
    const bool binary = message.opcode == ws::Opcode::binary;
    got.push_back((binary ? "b:" : "") + std::string(message.payload));
    if (message.payload == "40" && joins) connection.send(ws::Opcode::text, R"(40{"sid":"me"})");
  }
  void on_pong(net::Connection&, BytesView) override {}
  void on_close(net::Connection&, const net::CloseInfo& info) override {
    peer = nullptr;
    close = info;
  }
  void on_request(std::shared_ptr<net::HttpExchange> exchange) override { exchange->respond({}); }

  void say(std::string_view text) const { peer->send(ws::Opcode::text, text); }
  Texts take() { return std::exchange(got, {}); }

  Texts greeting{kOpen};
  bool joins = true;
  std::string target;
  net::Connection* peer = nullptr;
  Texts got;
  std::optional<net::CloseInfo> close;
};

// Who uses the connection.
class User final : public net::ConnectionHandler, public SocketioEvents {
 public:
  net::HandshakeDecision on_handshake(const net::HandshakeRequest&) override { return {}; }
  void on_open(net::Connection&) override { heard.emplace_back("open"); }
  void on_message(net::Connection&, const ws::Message& message) override {
    heard.push_back("message " + std::string(message.payload));
  }
  void on_pong(net::Connection&, BytesView payload) override {
    heard.push_back("pong " + std::string(payload));
  }
  void on_close(net::Connection&, const net::CloseInfo& info) override { close = info; }
  void on_joined(std::string_view sid) override { heard.push_back("joined " + std::string(sid)); }
  void on_event(const socketio::IncomingEvent& event) override {
    std::string text = "event " + std::string(event.name);
    for (const BytesView arg : event.args) text += " " + std::string(arg);
    for (const BytesView each : event.attachments) text += " + " + std::string(each);
    heard.push_back(text);
  }
  void on_ack(const socketio::IncomingAck& ack) override {
    heard.push_back("ack " + std::to_string(ack.id) + " " + std::string(ack.args.front()));
  }
  void on_packet(bool sent, bool binary, BytesView data) override {
    packets.push_back((sent ? "> " : "< ") + std::string(binary ? "b:" : "") + std::string(data));
  }
  Texts take() { return std::exchange(heard, {}); }

  Texts heard;
  Texts packets;
  std::optional<net::CloseInfo> close;
};

struct Stage {
  explicit Stage(SocketioOptions given = {}, bool with_events = true) : options(std::move(given)) {
    net::ListenConfig config;
    config.ping_interval = Duration::zero();
    auto sockets = network.open_listen_sockets("127.0.0.1", 0, 1).value();
    port = sockets.front().port();
    listener = network.listen(*loop, std::move(sockets.front()), config, server, server).value();
    connection = std::make_unique<SocketioConnection>(options, *loop, user,
                                                      with_events ? &user : nullptr);
  }
  ~Stage() {
    loop->stop();
    loop->run();
  }
  void connect() {
    net::ConnectConfig config;
    config.url.host = "127.0.0.1";
    config.url.port = port;
    config.url.target = engineio::websocket_target("/", "");
    config.connect_timeout = 10s;
    connection->connect(network, config);
    network.run_until_idle();
  }
  void open() {
    connect();
    REQUIRE(user.heard.back() == "open");
    server.take();
    user.take();
  }
  void run() { network.run_until_idle(); }
  [[nodiscard]] std::string error() const {
    return user.close && user.close->error ? user.close->error->text() : "";
  }

  net::FakeRuntime network;
  std::unique_ptr<net::Loop> loop = network.make_loop().value();
  ScriptedServer server;
  User user;
  SocketioOptions options;
  std::uint16_t port = 0;
  std::unique_ptr<net::Listener> listener;
  std::unique_ptr<SocketioConnection> connection;
};

SendStatus emit(SocketioConnection& connection, std::string_view name, BytesView arg) {
  return connection.emit({name, {&arg, 1}});
}

}  // namespace

TEST_CASE("it is open once the namespace is joined") {
  Stage stage({.nsp = "/admin", .auth = R"({"token":"t"})"});
  stage.connect();
  CHECK(stage.server.target == "/socket.io/?EIO=4&transport=websocket");
  CHECK(stage.server.take() == Texts{R"(40/admin,{"token":"t"})"});
  CHECK(stage.user.heard.empty());
  CHECK(emit(*stage.connection, "early", "1") == SendStatus::closed);
  stage.server.say(R"(40/admin,{"sid":"me"})");
  stage.run();
  CHECK(stage.user.take() == Texts{"joined me", "open"});
  CHECK(emit(*stage.connection, "chat", R"({"a":1})") == SendStatus::sent);
  stage.run();
  CHECK(stage.server.take() == Texts{R"(42/admin,["chat",{"a":1}])"});
}

TEST_CASE("events, acks and binary go both ways, and heartbeats are answered") {
  Stage stage;
  stage.open();
  stage.server.say(R"(42["message",1,"x"])");
  stage.server.say("2");
  stage.server.say(R"(451-["file",{"_placeholder":true,"num":0}])");
  stage.server.peer->send(ws::Opcode::binary, "bytes");
  stage.run();
  CHECK(stage.user.take() ==
        Texts{R"(event message 1 "x")", R"(event file {"_placeholder":true,"num":0} + bytes)"});
  CHECK(stage.server.take() == Texts{"3"});
  const BytesView arg = "1";
  CHECK(stage.connection->emit_with_ack({"ask", {&arg, 1}}) == SendStatus::sent);
  CHECK(stage.connection->acknowledge(7, {&arg, 1}) == SendStatus::sent);
  stage.connection->send(ws::Opcode::binary, "raw", true);
  stage.connection->send(ws::Opcode::text, "say \"hi\"", true);
  stage.run();
  CHECK(stage.server.take() ==
        Texts{R"(420["ask",1])", "437[1]", R"(451-["broadcast",{"_placeholder":true,"num":0}])",
              "b:raw", R"(42["broadcast","say \"hi\""])"});
  stage.server.say("430[\"done\"]");
  stage.run();
  CHECK(stage.user.take() == Texts{R"(ack 0 "done")"});
  CHECK(stage.user.packets.front() == std::string("< ") + kOpen);
  CHECK(stage.user.packets.at(1) == "> 40");
  CHECK(stage.user.packets.back() == "< 430[\"done\"]");
}

TEST_CASE("without events what comes is handed on as it is, and packets of other types are not") {
  Stage stage({}, false);
  stage.open();
  for (const char* text : {R"(42["message",{"x":1}])", "2", R"(451-["f",{}])"}) {
    stage.server.say(text);
  }
  stage.server.peer->send(ws::Opcode::binary, "bytes");
  stage.run();
  CHECK(stage.user.take() == Texts{R"(message 42["message",{"x":1}])", R"(message 451-["f",{}])",
                                   "message bytes"});
  CHECK(stage.server.take() == Texts{"3"});
  stage.server.say("41");
  stage.run();
  REQUIRE(stage.user.close);
  CHECK(stage.user.close->reason == "io server disconnect");
}

TEST_CASE("a refused namespace is told with what the server says of it") {
  Stage stage;
  stage.server.joins = false;
  stage.connect();
  stage.server.say(R"(44{"message":"unauthorized","data":{"code":401}})");
  stage.run();
  REQUIRE(stage.user.close);
  CHECK(stage.user.close->error->code == ErrorCode::handshake_refused);
  CHECK(stage.user.close->phase == net::Phase::handshake);
  CHECK(stage.error() == R"(the server refused namespace '/': unauthorized {"code":401})");
  CHECK(stage.server.close->code == 1000);
}

TEST_CASE("a server that closes before it has let us in has refused") {
  Stage stage;
  stage.server.joins = false;
  stage.connect();
  stage.server.peer->close(1000, "");
  stage.run();
  CHECK(stage.error() ==
        "the server closed the connection with 1000, and namespace '/' is not joined");
}

TEST_CASE("a close leaves the namespace first, and what is on its way still arrives") {
  Stage stage;
  stage.open();
  stage.connection->close(1000, "");
  CHECK(emit(*stage.connection, "late", "1") == SendStatus::closed);
  stage.server.say(R"(42["message",1])");
  stage.run();
  CHECK(stage.server.take() == Texts{"41"});
  CHECK(stage.server.close->code == 1000);
  CHECK(stage.user.take() == Texts{"event message 1"});
  CHECK(stage.user.close->by == net::CloseInfo::By::local);
  CHECK_FALSE(stage.user.close->error);
}

TEST_CASE("a server that disconnects us has closed in order, and says why in its words") {
  for (const char* packet : {"41", "1"}) {
    Stage stage;
    stage.open();
    stage.server.say(packet);
    stage.run();
    REQUIRE(stage.user.close);
    CHECK(stage.user.close->by == net::CloseInfo::By::peer);
    CHECK(stage.user.close->clean);
    CHECK(stage.user.close->code == 1000);
    CHECK(stage.user.close->reason == (packet[0] == '4'
                                           ? "io server disconnect"
                                           : "the server closed the Engine.IO session"));
    CHECK_FALSE(stage.user.close->error);
  }
}

TEST_CASE("what is no Socket.IO is told as that") {
  const struct {
    std::string text;
    std::string error;
  } cases[] = {
      {"hello",
       "the server does not speak Engine.IO 4 as it should: a message that is no Engine.IO packet "
       "came"},
      {"42[1",
       "the server broke the Socket.IO protocol: the payload of an event is no JSON array that is "
       "taken"},
  };
  for (const auto& c : cases) {
    Stage stage;
    stage.open();
    stage.server.say(c.text);
    stage.run();
    CHECK(stage.error() == c.error);
    CHECK(stage.user.close->error->code == ErrorCode::protocol);
    CHECK(stage.server.close->code == 1002);
  }
}

TEST_CASE("the connect timeout covers the open packet and the namespace") {
  Stage mute;
  mute.server.greeting.clear();
  mute.connect();
  mute.network.advance(10s);
  CHECK(mute.error() == "no open packet of Engine.IO within 10s");
  Stage stage;
  stage.server.joins = false;
  stage.connect();
  stage.network.advance(10s);
  CHECK(stage.error() == "no answer for namespace '/' within 10s");
  CHECK(stage.user.close->error->code == ErrorCode::timeout);
}

TEST_CASE("a server without heartbeats is given up, but not because we do not read") {
  Stage stage;
  stage.open();
  stage.network.advance(40s);
  stage.server.say("2");
  stage.network.advance(44s);
  CHECK_FALSE(stage.user.close);
  stage.connection->pause_reading();
  stage.server.say("2");
  stage.network.advance(5min);
  CHECK_FALSE(stage.user.close);
  stage.connection->resume_reading();
  stage.network.advance(44s);
  CHECK_FALSE(stage.user.close);
  stage.network.advance(7s);
  CHECK(stage.error() == "the server is silent: no ping within 45s");
  CHECK(stage.user.close->error->code == ErrorCode::timeout);
}

TEST_CASE("short heartbeats are missed as soon as they are due") {
  Stage stage;
  stage.server.greeting = {R"(0{"sid":"s","upgrades":[],"pingInterval":300,"pingTimeout":200})"};
  stage.open();
  stage.network.advance(499ms);
  CHECK_FALSE(stage.user.close);
  stage.network.advance(10ms);
  CHECK(stage.error() == "the server is silent: no ping within 500ms");
}

TEST_CASE("what the network says of a connection that never was stays as it is") {
  Stage stage;
  stage.listener.reset();
  stage.connect();
  REQUIRE(stage.user.close);
  CHECK(stage.user.close->error->code == ErrorCode::connect);
}

TEST_CASE("pings of ours reach the server, and an abort is an abort") {
  Stage stage;
  stage.open();
  stage.connection->ping("barrier");
  stage.run();
  CHECK(stage.user.take() == Texts{"pong barrier"});
  stage.connection->abort();
  stage.run();
  CHECK(stage.user.close->by == net::CloseInfo::By::local);
  CHECK_FALSE(stage.user.close->clean);
}
