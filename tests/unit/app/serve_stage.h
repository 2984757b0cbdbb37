#pragma once

// The fake network with what the tests of the server need: clients that keep what they get, and a
// log that keeps its lines.

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "core/base/log.h"
#include "core/net/connection_handler.h"
#include "tests/support/fake_net.h"

namespace wsb::app {

class KeptLog final : public Log {
 public:
  void write(LogLevel level, std::string_view line) override {
    if (level <= LogLevel::info) lines.emplace_back(line);
  }
  [[nodiscard]] bool enabled(LogLevel) const override { return true; }
  std::vector<std::string> lines;
};

class Client final : public net::ConnectionHandler {
 public:
  Client(net::FakeRuntime& network, net::Loop& loop, std::uint16_t port,
         std::vector<std::string> subprotocols = {}) {
    net::ConnectConfig config;
    config.url = http::parse_url("ws://127.0.0.1:" + std::to_string(port)).value();
    config.subprotocols = std::move(subprotocols);
    connection = &network.connect(loop, config, *this);
  }

  net::HandshakeDecision on_handshake(const net::HandshakeRequest&) override { return {}; }
  void on_open(net::Connection& opened) override {
    open = true;
    subprotocol = opened.info().subprotocol;
  }
  void on_message(net::Connection&, const ws::Message& message) override {
    received.emplace_back(message.payload);
    opcodes.push_back(message.opcode);
  }
  void on_pong(net::Connection&, BytesView) override {}
  void on_close(net::Connection& closed, const net::CloseInfo& close) override {
    open = false;
    ended = true;
    end = close;
    if (closed.info().refusal) refused_with = closed.info().refusal->status;
    connection = nullptr;
  }

  void say(const std::string& text) { (void)connection->send(ws::Opcode::text, text); }

  net::Connection* connection = nullptr;
  bool open = false;
  bool ended = false;
  net::CloseInfo end;
  int refused_with = 0;
  std::string subprotocol;
  std::vector<std::string> received;
  std::vector<ws::Opcode> opcodes;
};

}  // namespace wsb::app
