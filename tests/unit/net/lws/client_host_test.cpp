#include "core/net/lws/client_host.h"

#include "core/net/lws/lws_listener.h"
#include "core/net/tls/self_signed.h"
#include "tests/support/loop_script.h"
#include "tests/support/recorder.h"
#include "tests/support/tls_peer.h"

namespace wsb::net {
namespace {

class NoLog final : public Log {
  void write(LogLevel, std::string_view) override {}
  bool enabled(LogLevel) const override { return false; }
};

class NoHttp final : public HttpHandler {
  void on_request(std::shared_ptr<HttpExchange> exchange) override { exchange->respond({}); }
};

// A TLS server with a self-signed certificate that echoes, on the loop of the script.
struct SecureEcho {
  explicit SecureEcho(LwsLoop& loop) {
    ListenConfig config;
    config.tls = identity;
    server.when_message = [](Connection& connection, const ws::Message& message) {
      connection.send(message.opcode, message.payload);
    };
    auto sockets = open_listen_sockets("127.0.0.1", 0, 1).value();
    port = sockets.front().port();
    listener = LwsListener::create(loop, log, std::move(sockets.front()), config, server, http)
                   .value();
  }
  [[nodiscard]] ConnectConfig config(const std::string& host) const {
    ConnectConfig out;
    out.url = http::parse_url("wss://" + host + ":" + std::to_string(port) + "/").value();
    out.tls.ca_file = authority.name();
    return out;
  }

  NoLog log;
  NoHttp http;
  Recorder server;
  ServerIdentity identity = make_self_signed({}).value();
  ScratchFile authority{identity.certificate_pem};
  std::uint16_t port = 0;
  std::unique_ptr<LwsListener> listener;
};

TEST_CASE("a wss connection is verified by name and by address, and carries messages") {
  LoopScript script;
  auto echo = std::make_unique<SecureEcho>(script.loop());
  Recorder clients;
  const Bytes big(300000, 'b');
  client_connect(script.loop(), echo->config("localhost"), clients);
  client_connect(script.loop(), echo->config("127.0.0.1"), clients);
  script.when([&] { return clients.open_count() == 2; }, [&] {
    const ConnectionInfo& info = clients.peer(0).connection->info();
    CHECK(info.tls);
    CHECK(info.tls_info.version == "TLSv1.3");
    CHECK(info.tls_info.verify_result == "ok");
    CHECK(info.times.tls_done > info.times.connected);
    CHECK(info.times.upgraded > info.times.tls_done);
    for (std::size_t i = 0; i < 2; ++i) clients.peer(i).connection->send(ws::Opcode::binary, big);
  });
  script.when(
      [&] { return clients.peer(0).messages.size() + clients.peer(1).messages.size() == 2; },
      [&] {
        for (std::size_t i = 0; i < 2; ++i) {
          CHECK((clients.peer(i).messages.front().second == big));
          clients.peer(i).connection->close(1000, "done");
        }
      });
  script.when([&] { return clients.open_count() == 0 && echo->server.open_count() == 0; },
              [&] { echo->listener.reset(); });
  script.run();
  CHECK(clients.peer(0).closes.front().clean);
}

TEST_CASE("a certificate that nobody vouches for is refused, or taken on request") {
  LoopScript script;
  auto echo = std::make_unique<SecureEcho>(script.loop());
  Recorder clients;
  ConnectConfig strict = echo->config("localhost");
  strict.tls.ca_file.clear();
  client_connect(script.loop(), strict, clients);
  script.when([&] { return clients.count() == 1; }, [&] {
    const CloseInfo& close = clients.peer(0).closes.at(0);
    CHECK(close.phase == Phase::tls);
    REQUIRE(close.error);
    CHECK(close.error->code == ErrorCode::tls_untrusted);
    CHECK(close.error->text() ==
          "the certificate of 'localhost' is not trusted: it is self-signed");
    ConnectConfig careless = strict;
    careless.tls.verify = false;
    client_connect(script.loop(), careless, clients);
  });
  script.when([&] { return clients.count() == 2 && clients.peer(1).opened; }, [&] {
    CHECK(clients.peer(1).connection->info().tls_info.verify_result == "it is self-signed");
    echo->listener.reset();
  });
  script.run();
}

TEST_CASE("a plain client at a TLS port fails in the upgrade") {
  LoopScript script;
  auto echo = std::make_unique<SecureEcho>(script.loop());
  Recorder clients;
  ConnectConfig plain = echo->config("127.0.0.1");
  plain.url.secure = false;
  client_connect(script.loop(), plain, clients);
  script.when([&] { return clients.count() == 1; }, [&] {
    CHECK(clients.peer(0).closes.at(0).phase == Phase::handshake);
    echo->listener.reset();
  });
  script.run();
}

TEST_CASE("the host of a loop is made once, and ends its connections with the loop") {
  LoopScript script;
  Recorder clients;
  ConnectConfig config;
  config.url = http::parse_url("ws://name.invalid/").value();
  CHECK(&ClientHost::of(script.loop()) == &ClientHost::of(script.loop()));
  script.when([] { return true; }, [&] { client_connect(script.loop(), config, clients); });
  script.run();
  REQUIRE(clients.count() == 1);
  CHECK(clients.peer(0).closes.at(0).code == 1006);
  CHECK(clients.peer(0).closes.at(0).phase == Phase::resolve);
}

}  // namespace
}  // namespace wsb::net
