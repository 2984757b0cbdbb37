#pragma once

// The fake network with what the tests of the server need: the workers of a server as run_serve
// wires them, clients that keep what they get, and a log that keeps its lines.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/app/serve_http.h"
#include "core/app/serve_peers.h"
#include "core/base/log.h"
#include "core/net/connection_handler.h"
#include "tests/support/fake_net.h"

namespace wsb::app::serving {

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
         std::vector<std::string> subprotocols = {}, bool deflate = false,
         const std::string& target = {}) {
    net::ConnectConfig config;
    config.deflate = deflate;
    config.url = http::parse_url("ws://127.0.0.1:" + std::to_string(port) + target).value();
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
    compressed.push_back(message.compressed);
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
  std::vector<bool> compressed;
};

struct FakeFaults {
  session::FaultPlan plan;
  std::uint64_t seed = 1;
};

// All on one virtual clock.
struct FakeServer {
  struct Worker {
    std::unique_ptr<net::Loop> loop;
    std::unique_ptr<hub::Inbox> inbox;
    std::unique_ptr<hub::Shard> shard;
    std::unique_ptr<ClientLimits> limits;
    std::unique_ptr<ServeFaults> faults;
    std::unique_ptr<ServePeers> peers;
    std::unique_ptr<ServePublish> publisher;
    std::unique_ptr<ServeStreams> streams;
    std::unique_ptr<ServeHttp> http;
    std::unique_ptr<net::Listener> listener;
  };

  explicit FakeServer(ServeMode mode, int count = 1, net::ListenConfig listen = {},
                      bool room_commands = false, const LimitsConfig& limits = {},
                      const std::optional<FakeFaults>& faults = {},
                      const hub::HistoryLimits& history = {})
      : slots(limits.max_clients, limits.max_clients_per_ip),
        http(std::make_shared<const BuiltInPage>(WebAssets()), nullptr) {
    const auto encoding =
        mode == ServeMode::raw ? session::Encoding::raw : session::Encoding::plain;
    auto sockets = network.open_listen_sockets("127.0.0.1", 0, count).value();
    port = sockets.front().port();
    for (int i = 0; i < count; ++i) {
      auto worker = std::make_unique<Worker>();
      worker->loop = network.make_loop().value();
      worker->inbox = std::make_unique<hub::Inbox>(hub::InboxLimits{}, [w = worker.get()] {
        return w->loop->post([w] { w->shard->receive(); });
      });
      workers.push_back(std::move(worker));
    }
    if (faults) {
      fault_settings.emplace(faults->plan, faults->seed, workers.front()->loop->now(),
                             listen.outbox.max_bytes);
    }
    for (auto& worker : workers) {
      std::vector<hub::Inbox*> others;
      for (auto& other : workers) {
        if (other != worker) others.push_back(other->inbox.get());
      }
      hub::Order order;
      if (history.messages > 0 && worker == workers.front()) {
        order.keeper = std::make_unique<hub::Keeper>(history, kFirstId);
      } else if (history.messages > 0) {
        order.orderer = workers.front()->inbox.get();
      }
      worker->shard = std::make_unique<hub::Shard>(std::vector{encoding}, *worker->inbox,
                                                   std::move(others), std::move(order));
      worker->limits = std::make_unique<ClientLimits>(*worker->loop, slots, limits);
      if (faults) {
        worker->faults = std::make_unique<ServeFaults>(*fault_settings, *worker->loop);
      }
      worker->peers =
          std::make_unique<ServePeers>(
              ServePeersOptions{mode, room_commands, nullptr, worker->faults.get()}, *worker->loop,
              *worker->shard, *worker->limits, log);
      worker->publisher = std::make_unique<ServePublish>(*worker->shard);
      worker->streams = std::make_unique<ServeStreams>(*worker->peers);
      worker->http =
          std::make_unique<ServeHttp>(std::make_shared<const BuiltInPage>(WebAssets()), nullptr);
      worker->http->set_publisher(worker->publisher.get());
      worker->http->set_streams(worker->streams.get());
      auto& socket = sockets[static_cast<std::size_t>(&worker - workers.data())];
      worker->listener =
          network.listen(*worker->loop, std::move(socket), listen, *worker->peers, *worker->http)
              .value();
      worker->loop->set_turn_end(worker->shard.get());
    }
    client_loop = network.make_loop().value();
  }

  Client& connect(std::vector<std::string> subprotocols = {}) {
    clients.push_back(
        std::make_unique<Client>(network, *client_loop, port, std::move(subprotocols)));
    settle();
    return *clients.back();
  }
  // As "/?room=a".
  Client& connect_to(const std::string& target) {
    clients.push_back(std::make_unique<Client>(network, *client_loop, port,
                                               std::vector<std::string>(), false, target));
    settle();
    return *clients.back();
  }
  void settle() { network.run_until_idle(); }
  [[nodiscard]] std::vector<std::string> lines_of(const std::string& word) const {
    std::vector<std::string> found;
    for (const std::string& line : log.lines) {
      if (line.find(word) != line.npos) found.push_back(line);
    }
    return found;
  }

  static constexpr std::uint64_t kFirstId = 1'790'000'000'000'000;

  net::FakeRuntime network;
  KeptLog log;
  ClientSlots slots;
  std::optional<FaultSettings> fault_settings;
  ServeHttp http;
  std::uint16_t port = 0;
  std::vector<std::unique_ptr<Worker>> workers;
  std::vector<std::unique_ptr<Client>> clients;  // hear the end of their loop
  std::unique_ptr<net::Loop> client_loop;
};

}  // namespace wsb::app::serving
