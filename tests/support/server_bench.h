#pragma once

// A ServerPool on virtual time whose streams are the test's: it plays the clients byte by byte, and
// sees what the handlers were told. Single-threaded.

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/net/server_pool.h"
#include "core/proto/ws/frame_encoder.h"
#include "core/proto/ws/message_decoder.h"
#include "tests/support/fake_net.h"
#include "tests/support/scripted_stream.h"

namespace wsb::net {

// What a client reads: "text hello", "ping x", "close 1000 bye", "error …".
class FrameReader final : private ws::MessageSink {
 public:
  std::vector<std::string> read(BytesView bytes) {
    decoder_.feed(bytes, *this);
    return std::exchange(seen_, {});
  }

 private:
  void on_message(const ws::Message& message) override {
    seen_.push_back((message.opcode == ws::Opcode::text ? "text " : "binary ") +
                    std::string(message.payload));
  }
  void on_ping(BytesView payload) override { seen_.push_back("ping " + std::string(payload)); }
  void on_pong(BytesView payload) override { seen_.push_back("pong " + std::string(payload)); }
  void on_close(const ws::CloseInfo& info) override {
    seen_.push_back("close " + std::to_string(ws::to_number(info.code)) + " " + info.reason);
  }
  void on_error(const ws::ProtocolError& error) override { seen_.push_back("error " + error.text); }

  ws::MessageDecoder decoder_{{ws::Role::client, std::uint64_t{64} << 20U, std::nullopt}};
  std::vector<std::string> seen_;
};

class ServerBench final : public ConnectionHandler, public HttpHandler {
 public:
  explicit ServerBench(const ListenConfig& config = {})
      : loop_(network.make_loop().value()), pool(*loop_, ids_, config, *this, *this) {}
  ~ServerBench() override { pool.drop_all(); }
  ServerBench(const ServerBench&) = delete;
  ServerBench& operator=(const ServerBench&) = delete;

  ScriptedWire& accept() {
    ScriptedWire& wire = wires_.emplace_back();
    pool.accept(std::make_unique<ScriptedStream>(wire));
    return wire;
  }
  // A WebSocket connection, the 101 read.
  ScriptedWire& open() {
    ScriptedWire& wire = accept();
    wire.receive(
        "GET /chat?x=1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    wire.take_written();
    return wire;
  }
  void advance(Duration time) {
    network.advance(time);
    pool.end_of_turn();
  }
  // The connection opened last.
  [[nodiscard]] Connection& connection() { return *connections.back(); }
  [[nodiscard]] Bytes frame(ws::Opcode opcode, BytesView payload, ws::FrameFlags flags = {}) {
    Bytes out;
    ws::FrameEncoder::for_client(random_).append_frame(out, opcode, payload, flags);
    return out;
  }
  [[nodiscard]] Bytes close_frame(std::uint16_t code, std::string reason = {}) {
    Bytes out;
    ws::FrameEncoder::for_client(random_).append_close(out, {ws::CloseCode{code}, reason});
    return out;
  }
  std::vector<std::string> take_events() { return std::exchange(events, {}); }

  std::function<void(MovedPeer)> on_route(const http::Target& target) override {
    return when_route ? when_route(target) : nullptr;
  }
  HandshakeDecision on_handshake(const HandshakeRequest& request) override {
    events.push_back("handshake " + std::string(request.path) + " " + std::string(request.query));
    return when_handshake ? when_handshake() : HandshakeDecision{};
  }
  void on_open(Connection& connection) override {
    connections.push_back(&connection);
    events.push_back("open");
    if (when_open) when_open(connection);
  }
  void on_message(Connection& connection, const ws::Message& message) override {
    events.push_back("message " + std::string(message.payload));
    if (when_message) when_message(connection, message);
  }
  void on_pong(Connection&, BytesView payload) override {
    events.push_back("pong " + std::string(payload));
  }
  void on_drained(Connection&) override { events.push_back("drained"); }
  void on_close(Connection&, const CloseInfo& close) override {
    const char* by = close.by == CloseInfo::By::local ? "local"
                     : close.by == CloseInfo::By::peer ? "peer"
                                                       : "network";
    events.push_back("closed by " + std::string(by) + " " + std::to_string(close.code) +
                     (close.clean ? " clean" : " unclean"));
  }
  void on_request(std::shared_ptr<HttpExchange> exchange) override {
    events.push_back(exchange->request().method + " " + exchange->request().path + " " +
                     exchange->request().body);
    if (hold_requests) {
      held.push_back(std::move(exchange));
    } else {
      exchange->respond({200, {}, std::make_shared<const Bytes>("ok")});
    }
  }

  FakeRuntime network;
  std::vector<std::string> events;
  std::vector<Connection*> connections;
  std::vector<std::shared_ptr<HttpExchange>> held;
  bool hold_requests = false;
  std::function<std::function<void(MovedPeer)>(const http::Target&)> when_route;
  std::function<HandshakeDecision()> when_handshake;
  std::function<void(Connection&)> when_open;
  std::function<void(Connection&, const ws::Message&)> when_message;

 private:
  FakeRandom random_{7};
  ConnectionIds ids_;
  std::deque<ScriptedWire> wires_;
  std::unique_ptr<Loop> loop_;

 public:
  ServerPool pool;
};

}  // namespace wsb::net
