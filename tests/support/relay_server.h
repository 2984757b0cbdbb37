#pragma once

// A broadcast server for load tests: relays every text message, plainly or as the demo of Socket.IO
// does, and does wrong on demand, exactly and repeatably, by the number of the message and of the
// receiver. Lives on one loop of a
// FakeRuntime.

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/load/token.h"
#include "core/net/runtime.h"
#include "tests/support/fake_net.h"

namespace wsb::load {

class RelayServer final : public net::ConnectionHandler, private net::HttpHandler {
 public:
  enum class Audience { others, all, self, nobody };
  enum class Fate { deliver, drop, twice, behind_next };

  struct Options {
    Audience audience = Audience::others;
    std::string welcome{};                           // sent to everyone who connects
    std::pair<std::string, std::string> envelope{};  // around each payload
    Duration delay{};                                // between receiving and relaying
    // What becomes of a message at the receiver that was the nth to connect.
    std::function<Fate(std::size_t receiver, const Token& token)> fate{};
    bool socketio = false;
    std::string socketio_refusal{};  // JSON: nobody is let in
  };

  RelayServer(net::FakeRuntime& network, Options options)
      : options_(std::move(options)), loop_(network.make_loop().value()) {
    auto sockets = network.open_listen_sockets("127.0.0.1", 0, 1).value();
    port_ = sockets.front().port();
    listener_ = network.listen(*loop_, std::move(sockets.front()), {}, *this, *this).value();
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] Options& options() { return options_; }
  [[nodiscard]] std::size_t accepted() const { return peers_.size(); }
  // When each connection was opened, in order.
  [[nodiscard]] const std::vector<TimePoint>& opened() const { return opened_; }
  // nullptr when it has closed.
  [[nodiscard]] net::Connection* peer(std::size_t index) { return peers_.at(index); }
  [[nodiscard]] const std::vector<std::string>& messages() const { return messages_; }
  // Relays nothing from now until `when`, then all that came meanwhile.
  void freeze_until(TimePoint when) { frozen_until_ = when; }

  net::HandshakeDecision on_handshake(const net::HandshakeRequest&) override { return {}; }
  void on_open(net::Connection& connection) override {
    index_[&connection] = peers_.size();
    peers_.push_back(&connection);
    opened_.push_back(loop_->now());
    if (options_.socketio) {
      connection.send(ws::Opcode::text,
                      R"(0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000})");
      return;
    }
    if (!options_.welcome.empty()) connection.send(ws::Opcode::text, options_.welcome);
  }
  void on_message(net::Connection& connection, const ws::Message& message) override {
    messages_.emplace_back(message.payload);
    const auto said = options_.socketio ? of_socketio(connection, message.payload)
                                        : std::optional<Bytes>(message.payload);
    if (!said) return;
    const TimePoint when = std::max(loop_->now() + options_.delay, frozen_until_);
    const std::size_t sender = index_.at(&connection);
    if (when == loop_->now()) {
      relay(sender, *said);
    } else {
      loop_->schedule(when, [this, sender, payload = *said] { relay(sender, payload); });
    }
  }
  void on_pong(net::Connection&, BytesView) override {}
  void on_close(net::Connection& connection, const net::CloseInfo&) override {
    peers_[index_.at(&connection)] = nullptr;
    joined_.erase(&connection);
    index_.erase(&connection);
  }

 private:
  void on_request(std::shared_ptr<net::HttpExchange> exchange) override { exchange->respond({}); }

  // What the event `broadcast` says; other packets are dealt with here.
  std::optional<Bytes> of_socketio(net::Connection& connection, BytesView text) {
    constexpr std::string_view kEvent = R"(42["broadcast",")";
    if (text == "40" && !options_.socketio_refusal.empty()) {
      connection.send(ws::Opcode::text, "44" + options_.socketio_refusal);
    } else if (text == "40") {
      joined_.insert(&connection);
      connection.send(ws::Opcode::text, R"(40{"sid":"x"})");
      connection.send(ws::Opcode::text, R"(42["message",{"type":"welcome"}])");
    } else if (text.starts_with(kEvent)) {
      return Bytes(text.substr(kEvent.size(), text.size() - kEvent.size() - 2));
    }
    return std::nullopt;
  }

  void relay(std::size_t sender, const Bytes& payload) {
    if (options_.audience == Audience::nobody) return;
    for (std::size_t i = 0; i < peers_.size(); ++i) {
      const bool back = i == sender;
      if (back && options_.audience == Audience::others) continue;
      if (!back && options_.audience == Audience::self) continue;
      if (peers_[i] != nullptr) deliver(i, payload);
    }
  }

  void deliver(std::size_t receiver, const Bytes& payload) {
    // The run's number stands behind the token's magic.
    Token token;
    const auto run = static_cast<std::uint32_t>(std::stoul(payload.substr(5, 8), nullptr, 16));
    const bool marked = find_token(payload, run, token) == TokenSearch::found;
    const Fate fate = marked && options_.fate ? options_.fate(receiver, token) : Fate::deliver;
    if (fate == Fate::drop) return;
    if (fate == Fate::behind_next) {
      held_[receiver].push_back(payload);
      return;
    }
    send(receiver, payload);
    if (fate == Fate::twice) send(receiver, payload);
    for (const Bytes& late : std::exchange(held_[receiver], {})) send(receiver, late);
  }

  void send(std::size_t receiver, const Bytes& payload) {
    if (options_.socketio) {
      if (joined_.count(peers_[receiver]) == 0) return;
      peers_[receiver]->send(
          ws::Opcode::text, R"(42["message",{"type":"broadcast","payload":")" + payload + "\"}]");
      return;
    }
    peers_[receiver]->send(ws::Opcode::text,
                           options_.envelope.first + payload + options_.envelope.second);
  }

  Options options_;
  std::map<const net::Connection*, std::size_t> index_;
  std::vector<net::Connection*> peers_;  // by order of connecting
  std::set<const net::Connection*> joined_;  // of Socket.IO
  std::vector<TimePoint> opened_;
  std::vector<std::string> messages_;
  std::map<std::size_t, std::vector<Bytes>> held_;
  TimePoint frozen_until_{};
  std::uint16_t port_ = 0;
  std::unique_ptr<net::Loop> loop_;
  std::unique_ptr<net::Listener> listener_;
};

}  // namespace wsb::load
