#pragma once

// A client session and a server for it on the fake network; the test turns the time.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/app/client_session.h"
#include "tests/support/fake_net.h"

namespace wsb::app {

// The server: records what it gets, does what the test wants.
class StageServer final : public net::ConnectionHandler, public net::HttpHandler {
 public:
  net::HandshakeDecision on_handshake(const net::HandshakeRequest&) override { return decision; }
  void on_open(net::Connection& connection) override {
    peer = &connection;
    if (when_open) when_open(connection);
  }
  void on_message(net::Connection& connection, const ws::Message& message) override {
    messages.push_back({message.opcode, Bytes(message.payload)});
    compressed.push_back(message.compressed);
    if (when_message) when_message(connection, message);
  }
  void on_pong(net::Connection&, BytesView) override {}
  void on_close(net::Connection&, const net::CloseInfo& info) override {
    peer = nullptr;
    close = info;
  }
  void on_request(std::shared_ptr<net::HttpExchange> exchange) override {
    net::HttpResponse response;
    response.status = 404;
    exchange->respond(std::move(response));
  }

  net::HandshakeDecision decision;
  std::function<void(net::Connection&)> when_open;
  std::function<void(net::Connection&, const ws::Message&)> when_message;
  net::Connection* peer = nullptr;
  std::vector<ClientMessage> messages;
  std::vector<bool> compressed;
  std::optional<net::CloseInfo> close;
};

// The session's user.
class StageUser final : public ClientListener {
 public:
  void on_opened(const net::ConnectionInfo&) override { opened = true; }
  bool on_message(const ws::Message& message) override {
    received.emplace_back(message.payload);
    return received.size() < pause_after;
  }
  void on_note(std::string text) override { notes.push_back(std::move(text)); }
  void on_taken(std::size_t bytes) override { taken += bytes; }
  void on_ended(const ClientReport& end, const net::ConnectionInfo&) override { report = end; }

  bool opened = false;
  std::size_t pause_after = 1'000'000'000;
  std::vector<std::string> received;
  std::vector<std::string> notes;
  std::size_t taken = 0;
  std::optional<ClientReport> report;
};

struct ClientStage {
  explicit ClientStage(net::FakeOptions options = {})
      : network(std::move(options)), loop(network.make_loop().value()) {
    net::ListenConfig config;
    config.ping_interval = Duration::zero();
    auto sockets = network.open_listen_sockets("127.0.0.1", 0, 1).value();
    port = sockets.front().port();
    listener = network.listen(*loop, std::move(sockets.front()), config, server, server).value();
  }

  // Connects; the session may be spoken to at once.
  ClientSession& start(ClientConfig config = {}) {
    config.connect.url.host = "127.0.0.1";
    if (config.connect.url.port == 80) config.connect.url.port = port;
    session = std::make_unique<ClientSession>(network, *loop, config, user);
    session->start();
    return *session;
  }
  void submit(std::string text) { session->submit({ws::Opcode::text, std::move(text), {}, {}}); }
  bool run_until_ended(Duration limit = 60s) {
    return network.run_until([this] { return user.report.has_value(); }, limit);
  }
  // The virtual time until it ended.
  Duration time_to_end(Duration limit = 60s) {
    const TimePoint begin = network.now();
    return run_until_ended(limit) ? network.now() - begin : Duration::max();
  }

  net::FakeRuntime network;
  std::unique_ptr<net::Loop> loop;
  StageServer server;
  StageUser user;
  std::unique_ptr<net::Listener> listener;
  std::unique_ptr<ClientSession> session;
  std::uint16_t port = 0;
};

}  // namespace wsb::app
