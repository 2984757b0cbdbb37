#include <catch2/catch.hpp>

#include "core/base/check.h"
#include "tests/support/net_contract.h"

namespace wsb::net {

void HelloHttp::on_request(std::shared_ptr<HttpExchange> exchange) {
  HttpResponse response;
  response.body = std::make_shared<const Bytes>("hello\n");
  exchange->respond(std::move(response));
}

Stage::Stage(const ListenConfig& config) : network(make_network_under_test()) {
  network->on_loop([&] {
    auto sockets = network->runtime().open_listen_sockets("127.0.0.1", 0, 1);
    WSB_CHECK(sockets.has_value());
    port = sockets->front().port();
    auto listening = network->runtime().listen(network->loop(), std::move(sockets->front()), config,
                                               server, http);
    WSB_CHECK(listening.has_value());
    listener = std::move(*listening);
  });
}

Stage::~Stage() {
  network->on_loop([&] { listener.reset(); });
  network->stop_loop();
}

ConnectConfig Stage::config(const std::string& target) const {
  ConnectConfig config;
  config.url = http::parse_url("ws://127.0.0.1:" + std::to_string(port) + target).value();
  return config;
}

Peer& Stage::open_client(const ConnectConfig& config) {
  const std::size_t index = clients.count();
  const std::size_t server_index = server.count();
  network->on_loop([&] { network->runtime().connect(network->loop(), config, clients); });
  REQUIRE(network->run_until(
      [&] { return clients.count() > index && server.count() > server_index; }));
  REQUIRE(clients.peer(index).opened);
  return clients.peer(index);
}

Peer& Stage::fail_client(const ConnectConfig& config) {
  const std::size_t index = clients.count();
  network->on_loop([&] { network->runtime().connect(network->loop(), config, clients); });
  CHECK(clients.count() == index);  // never inside connect()
  REQUIRE(network->run_until(
      [&] { return clients.count() > index && !clients.peer(index).closes.empty(); }));
  CHECK_FALSE(clients.peer(index).opened);
  return clients.peer(index);
}

void Stage::send(const Peer& from, ws::Opcode opcode, BytesView payload) {
  network->on_loop([&] { CHECK(from.connection->send(opcode, payload) == SendStatus::sent); });
}

}  // namespace wsb::net
