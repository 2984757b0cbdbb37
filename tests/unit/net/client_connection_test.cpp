#include "core/net/client_connection.h"

#include <catch2/catch.hpp>

#include <cerrno>

#include "core/base/limits.h"
#include "core/proto/ws/message_decoder.h"
#include "tests/support/client_bench.h"

namespace wsb::net {
namespace {

using By = CloseInfo::By;
using ws::Opcode;

ConnectConfig config_for(const std::string& url) {
  ConnectConfig config;
  config.url = http::parse_url(url).value();
  return config;
}

// The frames that a client wrote, as "opcode:payload".
std::vector<std::string> frames_in(BytesView wire) {
  struct Sink final : ws::MessageSink {
    std::vector<std::string> seen;
    void on_message(const ws::Message& message) override {
      seen.push_back(std::string(ws::opcode_name(message.opcode)) + ":" +
                     std::string(message.payload));
    }
    void on_ping(BytesView payload) override { seen.push_back("ping:" + std::string(payload)); }
    void on_pong(BytesView payload) override { seen.push_back("pong:" + std::string(payload)); }
    void on_close(const ws::CloseInfo& info) override {
      seen.push_back("close:" + std::to_string(ws::to_number(info.code)) + " " + info.reason);
    }
    void on_error(const ws::ProtocolError& error) override { seen.push_back("!" + error.text); }
  } sink;
  ws::MessageDecoderOptions options;
  options.role = ws::Role::server;
  ws::MessageDecoder decoder(options);
  decoder.feed(wire, sink);
  return sink.seen;
}

using Frames = std::vector<std::string>;

TEST_CASE("nothing is written before the stream is connected, then the request alone") {
  ClientBench bench(config_for("ws://user:p%40ss@server.test:8080/a?b=c"));
  REQUIRE(bench.wire.events != nullptr);
  CHECK(bench.wire.written.empty());
  bench.wire.connect();
  CHECK(bench.wire.written.starts_with("GET /a?b=c HTTP/1.1\r\nHost: server.test:8080\r\n"));
  CHECK(bench.wire.written.find("\r\nAuthorization: Basic dXNlcjpwQHNz\r\n") != Bytes::npos);
  CHECK(bench.connection->info().request_text == bench.wire.written);
  CHECK(bench.connection->info().remote == "192.0.2.1:80");
  CHECK(bench.connection->send(Opcode::text, "early") == SendStatus::closed);
  CHECK(bench.recorder.count() == 0);
}

TEST_CASE("a request that the stream takes in parts is written whole") {
  ClientBench bench;
  bench.wire.room = 10;
  bench.wire.connect();
  CHECK(bench.wire.written == "GET /chat ");
  bench.wire.room = 1000;
  bench.wire.events->on_writable();
  CHECK(bench.wire.written == bench.connection->info().request_text);
}

TEST_CASE("frames right behind the answer are delivered after on_open") {
  ClientBench bench;
  bench.wire.connect();
  bench.wire.receive(bench.answer() + ClientBench::text("one") + ClientBench::text("two"));
  REQUIRE(bench.peer().messages.size() == 2);
  CHECK(bench.peer().messages[1].second == "two");
  CHECK(bench.connection->info().response_head == bench.answer());
}

TEST_CASE("an answer and frames that arrive byte by byte are the same as at once") {
  ClientBench bench;
  bench.wire.connect();
  const Bytes all = bench.answer() + ClientBench::text("one") + ClientBench::text("two") +
                    ClientBench::close_frame(1001, "gone");
  for (const char byte : all) bench.wire.receive(BytesView(&byte, 1));
  CHECK(bench.peer().opened);
  CHECK(bench.peer().messages.size() == 2);
  bench.turn();
  bench.wire.events->on_end({});
  CHECK(bench.close().code == 1001);
  CHECK(bench.close().reason == "gone");
  CHECK(bench.close().by == By::peer);
  CHECK(bench.close().clean);
}

struct BadAnswer {
  const char* answer;  // "@" stands for the right accept value
  ErrorCode code;
};
constexpr BadAnswer kBadAnswers[] = {
    {"HTTP/1.1 101 Hi\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
     "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n",
     ErrorCode::handshake_invalid},
    {"HTTP/1.1 101 Hi\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: @\r\n\r\n",
     ErrorCode::handshake_invalid},
    {"HTTP/1.1 101 Hi\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: @\r\n\r\n",
     ErrorCode::handshake_invalid},
    {"HTTP/1.1 101 Hi\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
     "Sec-WebSocket-Accept: @\r\nSec-WebSocket-Protocol: chat\r\n\r\n",
     ErrorCode::handshake_invalid},
    {"HTTP/1.1 101 Hi\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
     "Sec-WebSocket-Accept: @\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
     ErrorCode::handshake_invalid},
    {"SSH-2.0-OpenSSH_9.2\r\n\r\n", ErrorCode::handshake_invalid},
    {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", ErrorCode::handshake_refused},
};

TEST_CASE("a bad answer ends the connection in the handshake") {
  for (const BadAnswer& bad : kBadAnswers) {
    CAPTURE(bad.answer);
    ClientBench bench;
    bench.wire.connect();
    std::string answer = bad.answer;
    if (const std::size_t at = answer.find('@'); at != std::string::npos)
      answer.replace(at, 1, bench.accept());
    bench.wire.receive(answer);
    REQUIRE(bench.ended());
    CHECK_FALSE(bench.peer().opened);
    CHECK(bench.close().phase == Phase::handshake);
    CHECK(bench.close().code == 1006);
    CHECK(bench.close().by == By::network);
    REQUIRE(bench.close().error);
    CHECK(bench.close().error->code == bad.code);
    CHECK(bench.wire.aborted);
    bench.turn();
    CHECK(bench.wire.destroyed);
  }
}

TEST_CASE("a refusal is kept with its body, however it is framed and whenever it ends") {
  const auto refusal_of = [](const std::vector<std::string>& parts, bool eof) {
    ClientBench bench;
    bench.wire.connect();
    for (const std::string& part : parts) {
      CHECK_FALSE(bench.ended());
      bench.wire.receive(part);
    }
    if (eof) bench.wire.events->on_end({});
    REQUIRE(bench.ended());
    CHECK(bench.close().error->code == ErrorCode::handshake_refused);
    return bench.peer().info.refusal;
  };
  const std::string head = "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\n";
  const auto length = refusal_of({head + "Content-Length: 6\r\n\r\nso", "rry\n"}, false);
  REQUIRE(length);
  CHECK(length->status == 503);
  CHECK(length->status_text == "Busy");
  CHECK(length->headers.find("Retry-After") == "7");
  CHECK(length->body == "sorry\n");
  CHECK_FALSE(length->body_truncated);
  const auto chunked = refusal_of({head + "Transfer-Encoding: chunked\r\n\r\n", "3\r\nbus\r\n1\r\n",
                                   "y\r\n0\r\n\r\n"}, false);
  CHECK(chunked->body == "busy");
  const auto until_close = refusal_of({head + "\r\n", "until the end"}, true);
  CHECK(until_close->body == "until the end");
}

TEST_CASE("a refusal whose body never ends is given up at the timeout") {
  ClientBench bench;
  bench.wire.connect();
  bench.wire.receive("HTTP/1.1 500 Oops\r\n\r\nhalf of it");
  bench.network.advance(std::chrono::seconds(11));
  REQUIRE(bench.ended());
  CHECK(bench.close().error->code == ErrorCode::handshake_refused);
  CHECK(bench.peer().info.refusal->body == "half of it");
}

TEST_CASE("the connect timeout covers every phase and says which one it was") {
  struct Stage {
    std::vector<Phase> reached;
    Phase phase;
    const char* text;
  };
  const Stage stages[] = {
      {{}, Phase::resolve, "the name of 'server.test:80' was not resolved within 2s"},
      {{Phase::connect}, Phase::connect, "no connection to 'server.test:80' within 2s"},
      {{Phase::connect, Phase::tls}, Phase::tls,
       "no TLS handshake with 'server.test:80' within 2s"},
      {{Phase::connect, Phase::tls, Phase::handshake}, Phase::handshake,
       "no answer to the upgrade request from 'server.test:80' within 2s"},
  };
  for (const Stage& stage : stages) {
    ConnectConfig config;
    config.connect_timeout = std::chrono::seconds(2);
    ClientBench bench(config);
    for (const Phase phase : stage.reached) bench.wire.events->on_phase(phase);
    bench.network.advance(std::chrono::milliseconds(1999));
    CHECK_FALSE(bench.ended());
    bench.network.advance(std::chrono::milliseconds(1));
    REQUIRE(bench.ended());
    CHECK(bench.close().phase == stage.phase);
    CHECK(bench.close().error->code == ErrorCode::timeout);
    CHECK(bench.close().error->text() == stage.text);
    CHECK(bench.wire.aborted);
  }
}

TEST_CASE("the times of the phases are those at which they were reached") {
  ClientBench bench;
  const auto step = [&](int ms) { bench.network.advance(std::chrono::milliseconds(ms)); };
  step(1);
  bench.wire.events->on_phase(Phase::connect);
  step(2);
  bench.wire.events->on_phase(Phase::tls);
  step(3);
  bench.wire.events->on_phase(Phase::handshake);
  step(4);
  bench.wire.receive(bench.answer());
  const HandshakeTimes& times = bench.connection->info().times;
  CHECK(times.resolved == 1ms);
  CHECK(times.connected == 3ms);
  CHECK(times.tls_done == 6ms);
  CHECK(times.upgraded == 10ms);
  step(60000);
  CHECK_FALSE(bench.ended());
}

TEST_CASE("the end of the stream before the upgrade is told as what it was") {
  ClientBench refused;
  refused.wire.events->on_phase(Phase::connect);
  refused.wire.events->on_end(
      {Phase::connect, make_errno_error(ErrorCode::connect, "cannot connect", ECONNREFUSED)});
  CHECK(refused.close().phase == Phase::connect);
  CHECK(refused.close().error->sys_errno == ECONNREFUSED);

  ClientBench hung_up;
  hung_up.wire.connect();
  hung_up.wire.events->on_end({});
  CHECK(hung_up.close().phase == Phase::handshake);
  CHECK(hung_up.close().error->code == ErrorCode::connection_lost);
  CHECK(hung_up.close().error->message ==
        "server closed the connection without an answer to the upgrade request (is it wss:// "
        "there?)");

  ClientBench reset;
  reset.wire.connect();
  reset.wire.events->on_end(
      {Phase::open, make_errno_error(ErrorCode::connection_lost, "lost", ECONNRESET)});
  CHECK(reset.close().phase == Phase::handshake);
  CHECK(reset.close().error->sys_errno == ECONNRESET);
  CHECK(reset.close().error->text() ==
        "lost (is it wss:// there?): Connection reset by peer");
}

TEST_CASE("everything sent in one turn leaves in one write") {
  ClientBench bench;
  bench.open();
  bench.wire.writes = 0;
  for (int i = 0; i < 100; ++i)
    CHECK(bench.connection->send(Opcode::text, std::to_string(i)) == SendStatus::sent);
  bench.connection->ping("p");
  CHECK(bench.wire.writes == 0);
  bench.turn();
  CHECK(bench.wire.writes == 1);
  const Frames frames = frames_in(bench.wire.written);
  REQUIRE(frames.size() == 101);
  CHECK(frames[99] == "text:99");
  CHECK(frames[100] == "ping:p");
}

TEST_CASE("large sends do not wait for the end of the turn") {
  ClientBench bench;
  bench.open();
  bench.connection->send(Opcode::binary, Bytes(limits::kWriteBytes, 'x'));
  CHECK(bench.wire.written.size() > limits::kWriteBytes);
}

TEST_CASE("what the stream does not take waits, bounded, and goes on when there is room") {
  ConnectConfig config;
  config.max_send_buffer = ByteSize{1000};
  ClientBench bench(config);
  bench.open();
  bench.wire.room = 100;
  CHECK(bench.connection->send(Opcode::binary, Bytes(500, 'a')) == SendStatus::sent);
  bench.turn();
  CHECK(bench.wire.written.size() == 100);
  CHECK(bench.connection->send(Opcode::binary, Bytes(500, 'b')) == SendStatus::queued);
  CHECK(bench.connection->send(Opcode::binary, Bytes(500, 'c')) == SendStatus::dropped);
  CHECK(bench.connection->stats().dropped_messages == 1);
  CHECK(bench.connection->stats().backlog_bytes == 2 * 508 - 100);
  bench.turn();
  CHECK(bench.wire.written.size() == 100);
  bench.wire.room = 10000;
  bench.wire.events->on_writable();
  CHECK(frames_in(bench.wire.written) ==
        Frames{"binary:" + Bytes(500, 'a'), "binary:" + Bytes(500, 'b')});
  CHECK(bench.connection->stats().backlog_bytes == 0);
}

TEST_CASE("a ping is answered in the turn in which it came") {
  ClientBench bench;
  bench.open();
  bench.wire.receive(ClientBench::frame(Opcode::ping, "are you there"));
  bench.loop().turn();
  CHECK(frames_in(bench.wire.written) == Frames{"pong:are you there"});
}

TEST_CASE("the client's Close ends the connection once the server has answered and hung up") {
  ClientBench bench;
  bench.open();
  bench.connection->close(1000, "bye");
  bench.connection->close(1001, "twice");
  bench.turn();
  CHECK(frames_in(bench.wire.written) == Frames{"close:1000 bye"});
  CHECK(bench.connection->send(Opcode::text, "late") == SendStatus::closed);
  bench.wire.receive(ClientBench::text("on its way") + ClientBench::close_frame(1000, ""));
  CHECK(bench.peer().messages.size() == 1);
  CHECK_FALSE(bench.ended());
  bench.wire.events->on_end({});
  REQUIRE(bench.ended());
  CHECK(bench.close().by == By::local);
  CHECK(bench.close().clean);
  CHECK_FALSE(bench.close().error);
}

TEST_CASE("a server that does not hang up after the closing handshake is not waited for long") {
  ClientBench bench;
  bench.open();
  bench.wire.receive(ClientBench::close_frame(4001, "out"));
  bench.turn();
  CHECK(frames_in(bench.wire.written) == Frames{"close:4001 "});
  bench.network.advance(limits::kTcpCloseWait);
  REQUIRE(bench.ended());
  CHECK(bench.close().code == 4001);
  CHECK(bench.close().reason == "out");
  CHECK(bench.close().by == By::peer);
  CHECK(bench.close().clean);
  CHECK(bench.wire.closed);
}

TEST_CASE("a Close that is not answered ends at the close timeout") {
  ClientBench bench;
  bench.open();
  bench.connection->close(0, "not sent");
  bench.turn();
  CHECK(frames_in(bench.wire.written) == Frames{"close:1005 "});
  bench.network.advance(std::chrono::seconds(5));
  REQUIRE(bench.ended());
  CHECK(bench.close().by == By::local);
  CHECK(bench.close().code == 1006);
  CHECK_FALSE(bench.close().clean);
  CHECK(bench.close().error->code == ErrorCode::timeout);
  CHECK(bench.wire.aborted);
}

TEST_CASE("a protocol error is answered with a Close frame and reading goes on until the end") {
  ClientBench bench;
  bench.open();
  bench.wire.receive(ClientBench::text("good") + Bytes("\x83\x00", 2) +
                     ClientBench::text("ignored"));
  bench.turn();
  REQUIRE(bench.peer().messages.size() == 1);
  const Frames frames = frames_in(bench.wire.written);
  REQUIRE(frames.size() == 1);
  CHECK(frames[0].starts_with("close:1002 "));
  CHECK_FALSE(bench.ended());
  bench.wire.receive("anything");
  bench.wire.events->on_end({});
  REQUIRE(bench.ended());
  CHECK(bench.close().by == By::local);
  CHECK(bench.close().code == 1002);
  CHECK(bench.close().error->code == ErrorCode::protocol);
  CHECK_FALSE(bench.close().clean);
}

TEST_CASE("an end without a Close frame is 1006, with the error of the stream if it had one") {
  ClientBench in_order;
  in_order.open();
  in_order.wire.events->on_end({});
  CHECK(in_order.close().code == 1006);
  CHECK(in_order.close().by == By::network);
  CHECK(in_order.close().phase == Phase::open);
  CHECK(in_order.close().error->code == ErrorCode::connection_lost);

  ClientBench reset;
  reset.open();
  reset.wire.events->on_end(
      {Phase::open, make_errno_error(ErrorCode::connection_lost, "lost", ECONNRESET)});
  CHECK(reset.close().error->sys_errno == ECONNRESET);
}

TEST_CASE("closing before the upgrade is an abort") {
  ClientBench bench;
  bench.wire.connect();
  bench.connection->close(1000, "");
  CHECK_FALSE(bench.ended());
  bench.turn();
  REQUIRE(bench.ended());
  CHECK(bench.close().phase == Phase::handshake);
  CHECK_FALSE(bench.close().error);
  CHECK(bench.wire.aborted);
}

TEST_CASE("an abort inside a message stops what came with it") {
  ClientBench bench;
  bench.recorder.when_message = [](Connection& connection, const ws::Message&) {
    connection.abort();
  };
  bench.open();
  bench.wire.receive(ClientBench::text("one") + ClientBench::text("two"));
  CHECK(bench.peer().messages.size() == 1);
  bench.turn();
  CHECK(bench.peer().closes.size() == 1);
}

TEST_CASE("pausing and resuming inside one message changes nothing") {
  ClientBench bench;
  bench.recorder.when_message = [](Connection& connection, const ws::Message&) {
    connection.pause_reading();
    connection.resume_reading();
  };
  bench.open();
  bench.wire.receive(ClientBench::text("one") + ClientBench::text("two"));
  CHECK(bench.peer().messages.size() == 2);
  CHECK_FALSE(bench.wire.paused);
}

TEST_CASE("pausing in on_open holds back the frames behind the answer") {
  ClientBench bench;
  bench.recorder.when_open = [](Connection& connection) { connection.pause_reading(); };
  bench.wire.connect();
  bench.wire.receive(bench.answer() + ClientBench::text("one"));
  bench.turn();
  CHECK(bench.peer().messages.empty());
  CHECK(bench.wire.paused);
  bench.connection->resume_reading();
  CHECK(bench.peer().messages.empty());  // not inside the call
  bench.turn();
  CHECK(bench.peer().messages.size() == 1);
  CHECK_FALSE(bench.wire.paused);
}

TEST_CASE("the observer sees every frame with its header, in both directions") {
  struct Observer final : FrameObserver {
    std::vector<std::string> seen;
    void note(const char* way, const ws::FrameHeader& header) {
      seen.push_back(way + std::string(ws::opcode_name(header.opcode)) + ":" +
                     std::to_string(header.length) + (header.masked ? " masked" : ""));
    }
    void on_frame_in(const ws::FrameHeader& header) override { note("<", header); }
    void on_frame_out(const ws::FrameHeader& header) override { note(">", header); }
  } observer;
  ConnectConfig config;
  config.observer = &observer;
  ClientBench bench(config);
  bench.open();
  bench.wire.room = 3;
  bench.connection->send(Opcode::text, "hello");
  bench.turn();
  bench.connection->send(Opcode::binary, Bytes(300, 'x'));
  bench.wire.room = 10000;
  bench.wire.events->on_writable();
  bench.wire.receive(ClientBench::frame(Opcode::ping, "1") + ClientBench::text("two"));
  bench.turn();
  CHECK(observer.seen == Frames{">text:5 masked", ">binary:300 masked", "<ping:1", "<text:3",
                                ">pong:1 masked"});
}

}  // namespace
}  // namespace wsb::net
