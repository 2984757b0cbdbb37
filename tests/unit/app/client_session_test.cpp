#include "core/app/client_session.h"

#include <catch2/catch.hpp>

#include "tests/unit/app/client_stage.h"

namespace wsb::app {
namespace {

using Texts = std::vector<std::string>;

void echo(net::Connection& connection, const ws::Message& message) {
  connection.send(message.opcode, message.payload);
}

Texts payloads(const std::vector<ClientMessage>& messages) {
  Texts out;
  for (const ClientMessage& message : messages) out.push_back(message.payload);
  return out;
}

TEST_CASE("what was submitted before the connection was open is sent in order") {
  ClientStage stage;
  stage.server.when_message = echo;
  stage.start();
  stage.submit("one");
  stage.submit("");
  stage.submit("three");
  stage.session->end_input();
  REQUIRE(stage.run_until_ended());
  CHECK(payloads(stage.server.messages) == Texts{"one", "", "three"});
  CHECK(stage.user.received == Texts{"one", "", "three"});
  CHECK(stage.user.taken == 8);
  const ClientReport& report = *stage.user.report;
  CHECK(report.opened);
  CHECK(report.stop == ClientStop::input_ended);
  CHECK(report.sent == 3);
  CHECK(report.received == 3);
  CHECK(report.close.clean);
  CHECK(report.close.code == 1000);
}

TEST_CASE("a reply within the linger time after the end of input is still received") {
  ClientStage stage;
  stage.server.when_message = [&](net::Connection& connection, const ws::Message&) {
    stage.loop->schedule(stage.network.now() + 900ms,
                         [&] { connection.send(ws::Opcode::text, "late"); });
  };
  stage.start();
  stage.submit("question");
  stage.session->end_input();
  const Duration took = stage.time_to_end();
  CHECK(stage.user.received == Texts{"late"});
  CHECK(took > 1900ms);
  CHECK(took < 1950ms);
}

TEST_CASE("a reply that arrives slowly after the end of input is received whole") {
  net::FakeOptions options;
  options.link.bytes_per_second = 1000;
  options.link.buffer_bytes = 500;
  ClientStage stage(options);
  const std::string reply(60'000, 'r');
  stage.server.when_message = [&](net::Connection& connection, const ws::Message&) {
    connection.send(ws::Opcode::text, reply);
  };
  stage.start();
  stage.submit("question");
  stage.session->end_input();
  const Duration took = stage.time_to_end(5min);
  CHECK(stage.user.received == Texts{reply});
  CHECK(stage.user.report->close.clean);
  CHECK(took > 60s);
  CHECK(took < 63s);
}

TEST_CASE("a message that arrives slowly does not hold up the end that a count asked for") {
  net::FakeOptions options;
  options.link.bytes_per_second = 1000;
  options.link.buffer_bytes = 500;
  ClientStage stage(options);
  stage.server.when_open = [](net::Connection& connection) {
    connection.send(ws::Opcode::text, "first");
    connection.send(ws::Opcode::text, std::string(60'000, 'x'));
  };
  ClientConfig config;
  config.count = 1;
  config.connect.close_timeout = 2s;
  stage.start(config);
  CHECK(stage.time_to_end() < 4s);
  CHECK(stage.user.received == Texts{"first"});
}

TEST_CASE("at the end of input without a close: the connection stays until the peer closes") {
  ClientStage stage;
  ClientConfig config;
  config.at_end = EndOfInput::hold;
  stage.start(config);
  stage.session->end_input();
  stage.network.advance(1h);
  REQUIRE_FALSE(stage.user.report);
  stage.server.peer->close(1001, "bye");
  REQUIRE(stage.run_until_ended());
  CHECK(stage.user.report->stop == ClientStop::none);
  CHECK(stage.user.report->close.by == net::CloseInfo::By::peer);
  CHECK(stage.user.report->close.code == 1001);
  CHECK(stage.user.report->close.reason == "bye");
}

TEST_CASE("closing at the end of input waits for nothing but sends everything") {
  ClientStage stage;
  stage.server.when_message = echo;
  ClientConfig config;
  config.at_end = EndOfInput::close;
  stage.start(config);
  stage.submit("a");
  stage.submit("b");
  stage.session->end_input();
  CHECK(stage.time_to_end() < 50ms);
  CHECK(payloads(stage.server.messages) == Texts{"a", "b"});
}

TEST_CASE("the peer's close ends it although the input is still open") {
  ClientStage stage;
  stage.server.when_open = [](net::Connection& connection) {
    connection.send(ws::Opcode::text, "only");
    connection.close(1000, "");
  };
  stage.start();
  CHECK(stage.time_to_end() < 50ms);
  CHECK(stage.user.received == Texts{"only"});
  CHECK(stage.user.report->stop == ClientStop::none);
  CHECK(stage.server.close->clean);
  stage.submit("too late");
  CHECK(stage.user.taken == 8);
}

TEST_CASE("a count ends it at the last reply, whatever else arrives") {
  ClientStage stage;
  stage.server.when_open = [](net::Connection& connection) {
    for (const char* text : {"one", "two", "three"}) connection.send(ws::Opcode::text, text);
  };
  ClientConfig config;
  config.count = 2;
  stage.start(config);
  REQUIRE(stage.run_until_ended());
  CHECK(stage.user.received == Texts{"one", "two"});
  CHECK(stage.user.report->stop == ClientStop::count_reached);
  CHECK(stage.user.report->received == 2);
}

TEST_CASE("a count outlasts the end of input") {
  ClientStage stage;
  stage.server.when_message = [&](net::Connection& connection, const ws::Message&) {
    stage.loop->schedule(stage.network.now() + 30s,
                         [&] { connection.send(ws::Opcode::text, "slow"); });
  };
  ClientConfig config;
  config.count = 1;
  stage.start(config);
  stage.submit("question");
  stage.session->end_input();
  REQUIRE(stage.run_until_ended());
  CHECK(stage.user.received == Texts{"slow"});
  CHECK(stage.user.report->stop == ClientStop::count_reached);
}

TEST_CASE("a count of 0 ends with the pong that proves the delivery") {
  ClientStage stage;
  ClientConfig config;
  config.count = 0;
  stage.start(config);
  stage.submit("a");
  stage.session->end_input();
  CHECK(stage.time_to_end() < 50ms);
  CHECK(payloads(stage.server.messages) == Texts{"a"});
  CHECK(stage.user.report->close.clean);
}

TEST_CASE("as many replies as messages were sent are awaited") {
  ClientStage stage;
  stage.server.when_message = echo;
  ClientConfig config;
  config.count_as_sent = true;
  stage.start(config);
  SECTION("two") {
    stage.submit("a");
    stage.submit("b");
    stage.session->end_input();
    CHECK(stage.time_to_end() < 50ms);
    CHECK(stage.user.received == Texts{"a", "b"});
    CHECK(stage.user.report->wanted == 2);
    CHECK(stage.user.report->stop == ClientStop::count_reached);
  }
  SECTION("none at all is a delivery barrier and nothing more") {
    stage.session->end_input();
    CHECK(stage.time_to_end() < 50ms);
    CHECK(stage.user.report->wanted == 0);
    CHECK(stage.user.report->close.clean);
  }
}

TEST_CASE("the time for everything ends it in every phase") {
  ClientStage stage;
  ClientConfig config;
  config.max_time = 2s;
  SECTION("open: with a close, which gets a moment to be answered") {
    stage.start(config);
    stage.network.advance(100ms);
    REQUIRE(stage.user.opened);
    CHECK(stage.time_to_end() < 1950ms);
    CHECK(stage.server.close->code == 1000);
  }
  SECTION("open, but the peer is dead: soon after") {
    stage.start(config);
    stage.network.advance(100ms);
    REQUIRE(stage.server.peer != nullptr);
    stage.server.peer->pause_reading();
    CHECK(stage.time_to_end() < 2500ms);
  }
  SECTION("connecting: at once") {
    config.connect.url.host = std::string(net::FakeRuntime::kBlackHole);
    config.connect.url.port = 7;
    stage.session = std::make_unique<ClientSession>(stage.network, *stage.loop, config, stage.user);
    stage.session->start();
    CHECK(stage.time_to_end() < 2100ms);
    CHECK_FALSE(stage.user.report->opened);
  }
  REQUIRE(stage.user.report);
  CHECK(stage.user.report->stop == ClientStop::max_time);
  CHECK(stage.user.report->max_time == 2s);
}

TEST_CASE("an interruption closes with 1000 and drops what was not sent") {
  ClientStage stage;
  stage.start();
  stage.network.advance(100ms);
  stage.session->stop(ClientStop::interrupted);
  stage.session->stop(ClientStop::cannot_write);
  REQUIRE(stage.run_until_ended());
  CHECK(stage.user.report->stop == ClientStop::interrupted);
  CHECK(stage.server.close->code == 1000);
}

TEST_CASE("quitting sends what was submitted and closes, also before the connection is open") {
  ClientStage stage;
  stage.start();
  stage.submit("last words");
  stage.session->quit();
  CHECK(stage.time_to_end() < 50ms);
  CHECK(payloads(stage.server.messages) == Texts{"last words"});
  CHECK(stage.user.report->stop == ClientStop::input_ended);
}

TEST_CASE("a refused connection is reported with its phase") {
  ClientStage stage;
  ClientConfig config;
  config.connect.url.port = 9;
  stage.start(config);
  REQUIRE(stage.run_until_ended());
  CHECK_FALSE(stage.user.report->opened);
  CHECK(stage.user.report->close.phase == net::Phase::connect);
  REQUIRE(stage.user.report->close.error);
  CHECK(stage.user.report->close.error->code == ErrorCode::connect);
}

TEST_CASE("a refused upgrade is reported with the answer") {
  ClientStage stage;
  net::HttpResponse refusal;
  refusal.status = 401;
  refusal.body = std::make_shared<const Bytes>("who are you?");
  stage.server.decision.refusal = refusal;
  stage.start();
  REQUIRE(stage.run_until_ended());
  REQUIRE(stage.user.report->refusal);
  CHECK(stage.user.report->refusal->status == 401);
  CHECK(stage.user.report->refusal->body == "who are you?");
}

TEST_CASE("an echo client sends back type, bytes and compression until the peer closes") {
  ClientStage stage;
  stage.server.when_open = [](net::Connection& connection) {
    connection.send(ws::Opcode::text, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true);
    connection.send(ws::Opcode::text, "plain", false);
    connection.send(ws::Opcode::binary, Bytes("\0\xff", 2), false);
    connection.send(ws::Opcode::text, "", false);
  };
  ClientConfig config;
  config.echo = true;
  config.connect.deflate = true;
  stage.start(config);
  stage.session->end_input();
  stage.network.advance(1h);
  CHECK(stage.server.messages ==
        std::vector<ClientMessage>{{ws::Opcode::text, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
                                   {ws::Opcode::text, "plain"},
                                   {ws::Opcode::binary, Bytes("\0\xff", 2)},
                                   {ws::Opcode::text, ""}});
  CHECK(stage.server.compressed == std::vector<bool>{true, false, false, false});
  stage.server.peer->close(1000, "");
  REQUIRE(stage.run_until_ended());
  CHECK(stage.user.received.empty());
  CHECK(stage.user.report->received == 4);
  CHECK(stage.user.report->sent == 4);
}

TEST_CASE("a slow peer holds the input back, and nothing is lost") {
  net::FakeOptions options;
  options.link.bytes_per_second = 10'000'000;
  options.link.buffer_bytes = 65536;
  ClientStage stage(options);
  stage.start();
  const std::string big(300'000, 'x');
  for (int i = 0; i < 20; ++i) stage.submit(big);
  stage.session->end_input();
  stage.network.advance(50ms);
  CHECK(stage.user.taken < 3'000'000);
  REQUIRE(stage.run_until_ended());
  CHECK(stage.user.taken == 6'000'000);
  CHECK(stage.server.messages.size() == 20);
  CHECK(stage.user.report->sent == 20);
}

TEST_CASE("a slow user stops the network until he resumes it") {
  ClientStage stage;
  stage.user.pause_after = 3;
  stage.server.when_open = [](net::Connection& connection) {
    for (int i = 0; i < 10; ++i) connection.send(ws::Opcode::text, std::to_string(i));
  };
  stage.start();
  stage.session->end_input();
  stage.network.advance(1min);
  CHECK(stage.user.received.size() == 3);
  REQUIRE_FALSE(stage.user.report);
  stage.user.pause_after = 1'000'000;
  stage.session->resume_reading();
  REQUIRE(stage.run_until_ended());
  CHECK(stage.user.received.size() == 10);
}

constexpr const char* kEngineOpen =
    R"(0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000})";

// A server of Socket.IO in few words: greets, and answers "ask" where an ack is wanted.
void speak_socketio(StageServer& server) {
  server.when_open = [](net::Connection& peer) { peer.send(ws::Opcode::text, kEngineOpen); };
  server.when_message = [](net::Connection& peer, const ws::Message& message) {
    const BytesView text = message.payload;
    if (text == "40") {
      peer.send(ws::Opcode::text, R"(40{"sid":"me"})");
      peer.send(ws::Opcode::text, R"(42["message",{"type":"welcome"}])");
    }
    const std::size_t list = text.find('[');
    if (text.starts_with("42") && text[2] != '[') {
      peer.send(ws::Opcode::text, "43" + std::string(text.substr(2, list - 2)) + "[true]");
    }
  };
}

ClientMessage event(std::string array) { return {ws::Opcode::text, std::move(array), {}, {}}; }

TEST_CASE("over Socket.IO events are sent, and events and acks told as lines") {
  ClientStage stage;
  speak_socketio(stage.server);
  ClientConfig config;
  config.socketio.emplace();
  config.socketio->ask_acks = true;
  config.socketio->tell_joined = true;
  config.count_as_sent = true;
  stage.start(config);
  stage.session->submit(event(R"(["ask",1])"));
  stage.session->submit(event(R"(["ask"])"));
  stage.session->submit({ws::Opcode::text, "[7]", {"x"}, 5});
  stage.session->end_input();
  REQUIRE(stage.run_until_ended());
  CHECK(payloads(stage.server.messages) ==
        Texts{"40", R"(420["ask",1])", R"(421["ask"])", "461-5[7]", "x", "41"});
  CHECK(stage.user.received ==
        Texts{R"(message {"type":"welcome"})", "ack#0 true", "ack#1 true"});
  CHECK(stage.user.notes == Texts{"joined namespace '/' as me"});
  CHECK(stage.user.taken == 20);
  CHECK(stage.user.report->sent == 3);
  CHECK(stage.user.report->wanted == 2);
}

TEST_CASE("over Socket.IO with acks asked for, only they end the wait for replies") {
  ClientStage stage;
  speak_socketio(stage.server);
  ClientConfig config;
  config.socketio.emplace();
  config.socketio->ask_acks = true;
  config.socketio->tell_packets = true;
  config.count_as_sent = true;
  stage.start(config);
  stage.session->submit(event(R"(["ask",1])"));
  stage.session->end_input();
  REQUIRE(stage.run_until_ended());
  CHECK(stage.user.report->stop == ClientStop::count_reached);
  CHECK(stage.user.report->received == 2);
  CHECK(stage.user.report->replies == 1);
  CHECK(stage.user.notes == Texts{std::string("< ") + kEngineOpen, "> 40", R"(< 40{"sid":"me"})",
                                  R"(> 420["ask",1])", R"(< 42["message",{"type":"welcome"}])",
                                  "< 430[true]", "> 41"});
}

TEST_CASE("with as many acks owed as there may be, further events wait for some of them") {
  ClientStage stage;
  speak_socketio(stage.server);
  ClientConfig config;
  config.socketio.emplace();
  config.socketio->ask_acks = true;
  config.count_as_sent = true;
  stage.start(config);
  for (int i = 0; i < 3000; ++i) stage.session->submit(event("[\"ask\"]"));
  stage.session->end_input();
  REQUIRE(stage.run_until_ended());
  CHECK(stage.user.report->replies == 3000);
  CHECK(stage.user.received.back() == "ack#2999 true");
}

TEST_CASE("a refused namespace ends the conversation before it was open") {
  ClientStage stage;
  speak_socketio(stage.server);
  stage.server.when_message = [](net::Connection& peer, const ws::Message&) {
    peer.send(ws::Opcode::text, R"(44{"message":"no"})");
  };
  ClientConfig config;
  config.socketio.emplace();
  config.socketio->tell_packets = true;
  stage.start(config);
  stage.submit("[\"x\"]");
  REQUIRE(stage.run_until_ended());
  CHECK_FALSE(stage.user.report->opened);
  CHECK(stage.user.report->close.error->text() == "the server refused namespace '/': no");
  CHECK(stage.user.notes.back() == R"(< 44{"message":"no"})");
}

}  // namespace
}  // namespace wsb::app
