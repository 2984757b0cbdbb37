#include "core/net/lws/log_bridge.h"

#include <catch2/catch.hpp>

#include "tests/unit/net/lws/test_server.h"

namespace wsb::net {
namespace {

class Nobody final : public ConnectionHandler, public HttpHandler {
 public:
  HandshakeDecision on_handshake(const HandshakeRequest&) override { return {}; }
  void on_open(Connection&) override {}
  void on_message(Connection&, const ws::Message&) override {}
  void on_pong(Connection&, BytesView) override {}
  void on_close(Connection&, const CloseInfo&) override {}
  void on_request(std::shared_ptr<HttpExchange>) override {}
};

// Makes libwebsockets complain; our own line goes to a log of its own.
void provoke_an_error() {
  TestLog own;
  std::mutex global;
  Nobody nobody;
  auto loop = LwsLoop::create(global);
  REQUIRE(loop);
  auto sockets = open_listen_sockets("127.0.0.1", 0, 1);
  REQUIRE(sockets);
  ListenConfig config;
  config.tls.emplace();
  config.tls->certificate_pem = "no certificate";
  CHECK_FALSE(
      LwsListener::create(**loop, own, std::move(sockets->front()), config, nobody, nobody));
}

}  // namespace

TEST_CASE("errors of libwebsockets are warnings in our log, its notices are dropped") {
  TestLog log;
  route_lws_log(&log);
  provoke_an_error();
  route_lws_log(nullptr);
  CHECK(log.text() == "libwebsockets: lws_create_vhost: lws_context_init_server_ssl failed\n");
  provoke_an_error();  // nobody listens: nothing is written, to stderr neither
  CHECK(log.text() == "libwebsockets: lws_create_vhost: lws_context_init_server_ssl failed\n");
}

}  // namespace wsb::net
