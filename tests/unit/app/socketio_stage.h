#pragma once

// One worker's way in for Engine.IO clients, spoken to request by request on virtual time, and what
// stands behind it. One thread.

#include <memory>
#include <string>
#include <vector>

#include "core/app/engineio_door.h"
#include "core/app/socketio_clients.h"
#include "core/hub/shard.h"
#include "tests/support/engineio_bench.h"
#include "tests/support/fake_net.h"

namespace wsb::app::serving {

struct QuietLog final : Log {
  void write(LogLevel, std::string_view line) override { lines.emplace_back(line); }
  [[nodiscard]] bool enabled(LogLevel level) const override { return level <= LogLevel::info; }
  std::vector<std::string> lines;
};

// A client by polling.
class Poller {
 public:
  explicit Poller(EngineioDoor& door) : door_(door) {
    const std::string opened = request("GET", "EIO=4&transport=polling")->answer();
    const std::size_t begin = opened.find(R"("sid":")");
    if (begin == opened.npos) return;
    const std::size_t first = begin + 7;
    sid_ = opened.substr(first, opened.find('"', first) - first);
  }
  [[nodiscard]] const std::string& sid() const { return sid_; }
  std::string post(Bytes body) { return send(std::move(body))->answer(); }
  std::shared_ptr<net::KeptRequest> send(Bytes body) {
    return request("POST", query(), std::move(body));
  }
  std::string poll() { return request("GET", query())->answer(); }
  std::shared_ptr<net::KeptRequest> hold() { return request("GET", query()); }
  std::shared_ptr<net::KeptRequest> request(const std::string& method, const std::string& query,
                                            Bytes body = {}) {
    auto request = std::make_shared<net::KeptRequest>(method, query, std::move(body));
    door_.on_request(request);
    return request;
  }

 private:
  [[nodiscard]] std::string query() const { return "EIO=4&transport=polling&sid=" + sid_; }
  EngineioDoor& door_;
  std::string sid_;
};

struct SocketioStage {
  explicit SocketioStage(SocketioOptions options = {}, AccessGate* gate = nullptr,
                         hub::Order order = {})
      : loop(network.make_loop().value()),
        inbox({}, [] { return true; }),
        shard({session::Encoding::plain, session::Encoding::socketio}, inbox, {},
              std::move(order)),
        clients(std::move(options), *loop, shard, gate, log),
        door({}, *loop, gate, clients) {
    loop->set_turn_end(&shard);
  }
  // A client that has joined `nsp`; what it was told is read.
  std::unique_ptr<Poller> join(const std::string& nsp = "") {
    auto client = std::make_unique<Poller>(door);
    client->post(nsp.empty() ? "40" : "40" + nsp + ",");
    client->poll();
    return client;
  }

  net::FakeRuntime network;
  QuietLog log;
  std::unique_ptr<net::Loop> loop;
  hub::Inbox inbox;
  hub::Shard shard;
  SocketioClients clients;
  EngineioDoor door;
};

}  // namespace wsb::app::serving
