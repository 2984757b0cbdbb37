#include "core/net/tls/tls_stream.h"

#include <catch2/catch.hpp>

#include "tests/support/fake_net.h"
#include "tests/support/scripted_stream.h"
#include "tests/support/tls_peer.h"

namespace wsb::net {
namespace {

// A client's TlsStream and a server's TlsPeer at the two ends of a pipe, on virtual time.
struct Pipe final : StreamEvents {
  Pipe(const TestCertificate& certificate, const TlsClientConfig& config,
       const std::string& host = "server.test", int max_version = TLS1_3_VERSION) {
    network.listen_raw(*loop, 443, [this, &certificate, max_version](auto stream) {
      peer = std::make_unique<TlsPeer>(std::move(stream), certificate, max_version);
    });
    client = std::make_unique<TlsStream>(
        *loop, TlsClientContext::create(config), host,
        network.make_stream(*loop, http::parse_url("ws://server.test:443/").value()));
    client->start(*this);
    network.run_until_idle();
  }

  void on_phase(Phase phase) override { phases.push_back(phase); }
  void on_bytes(BytesView bytes) override {
    received += bytes;
    ++pieces;
    if (pause_in_bytes) client->pause_reading();
  }
  void on_writable() override { ++writable; }
  void on_end(const StreamEnd& stream_end) override { end = stream_end; }

  [[nodiscard]] bool connected() const {
    return !phases.empty() && phases.back() == Phase::handshake;
  }

  FakeRuntime network;
  std::unique_ptr<Loop> loop = network.make_loop().value();
  std::unique_ptr<TlsPeer> peer;
  std::unique_ptr<TlsStream> client;
  std::vector<Phase> phases;
  Bytes received;
  int pieces = 0;
  int writable = 0;
  bool pause_in_bytes = false;
  std::optional<StreamEnd> end;
};

TlsClientConfig trusting(const ScratchFile& authority) {
  TlsClientConfig config;
  config.ca_file = authority.name();
  return config;
}

struct Trusted {
  TestCertificate certificate = make_certificate({});
  ScratchFile file{certificate.pem};
  TlsClientConfig config = trusting(file);
};

TEST_CASE("a trusted server: phases in order, SNI, ALPN, and what was agreed on") {
  const Trusted trusted;
  Pipe pipe(trusted.certificate, trusted.config);
  CHECK(pipe.phases == std::vector<Phase>{Phase::connect, Phase::tls, Phase::handshake});
  REQUIRE(pipe.peer->secured);
  CHECK(pipe.peer->server_name == "server.test");
  CHECK(pipe.peer->alpn == "http/1.1");
  ConnectionInfo info;
  pipe.client->describe(info);
  CHECK(info.tls);
  CHECK(info.remote == "127.0.0.1:443");
  CHECK(info.tls_info.version == "TLSv1.3");
  CHECK(info.tls_info.cipher.starts_with("TLS_"));
  CHECK(info.tls_info.verify_result == "ok");
  CHECK(info.tls_info.peer_subject == "CN=test leaf");
  CHECK(info.tls_info.peer_issuer == "CN=test leaf");
  CHECK(info.tls_info.peer_not_after.ends_with(" GMT"));
}

TEST_CASE("bytes go both ways, large ones too") {
  const Trusted trusted;
  Pipe pipe(trusted.certificate, trusted.config);
  Bytes big;
  for (std::uint32_t i = 0; big.size() < 200000; ++i) big += std::to_string(i * 2654435761U);
  CHECK(pipe.client->write("hello") == 5);
  pipe.network.run_until_idle();
  CHECK(pipe.peer->received == "hello");
  pipe.peer->send(big);
  pipe.network.run_until_idle();
  CHECK((pipe.received == big));
  CHECK(pipe.pieces < 10);  // records of 16 KiB come in larger pieces
}

TEST_CASE("what the stream below does not take holds back the writer") {
  const Trusted trusted;
  Pipe pipe(trusted.certificate, trusted.config);
  pipe.peer->stream->pause_reading();
  const Bytes block(100000, 'x');
  std::size_t sent = 0;
  for (int i = 0; i < 20; ++i) sent += pipe.client->write(block);
  CHECK(sent < 20 * block.size());
  CHECK(sent >= 100000);
  CHECK(pipe.client->write("more") == 0);
  CHECK(pipe.writable == 0);
  pipe.peer->stream->resume_reading();
  pipe.network.run_until_idle();
  CHECK(pipe.writable == 1);
  CHECK(pipe.client->write("last") == 4);
  pipe.network.run_until_idle();
  CHECK(pipe.peer->received.size() == sent + 4);
  CHECK(pipe.peer->received.ends_with("xlast"));
}

TEST_CASE("pausing inside a delivery keeps the rest until reading resumes") {
  const Trusted trusted;
  Pipe pipe(trusted.certificate, trusted.config);
  pipe.pause_in_bytes = true;
  pipe.peer->send(Bytes(150000, 'x'));
  pipe.network.run_until_idle();
  const std::size_t first = pipe.received.size();
  CHECK(first > 0);
  CHECK(first < 150000);
  pipe.pause_in_bytes = false;
  pipe.client->resume_reading();
  CHECK(pipe.received.size() == first);
  pipe.network.run_until_idle();
  CHECK(pipe.received.size() == 150000);
}

TEST_CASE("closing sends close_notify, and the peer's ends the stream in order") {
  const Trusted trusted;
  Pipe ours(trusted.certificate, trusted.config);
  ours.client->close();
  ours.network.run_until_idle();
  CHECK(ours.peer->got_close_notify);
  CHECK(ours.peer->ended);
  CHECK_FALSE(ours.end);

  Pipe theirs(trusted.certificate, trusted.config);
  theirs.peer->send("last words");
  theirs.peer->send_close_notify();
  theirs.network.run_until_idle();
  CHECK(theirs.received == "last words");
  REQUIRE(theirs.end);
  CHECK(theirs.end->phase == Phase::open);
  CHECK_FALSE(theirs.end->error);
}

struct Distrust {
  const char* what;
  CertificateWish wish;
  std::string host;
  std::string message;  // the end of it
  const ScratchFile* trust = nullptr;
};

TEST_CASE("why a certificate is not trusted is said in words") {
  const TestCertificate authority = make_certificate({"", -7200, 7200, nullptr, true});
  const ScratchFile file(authority.pem);
  const ScratchFile unrelated(make_certificate({}).pem);
  const Distrust cases[] = {
      {"self-signed", {}, "server.test", "it is self-signed"},
      {"unknown authority", {"DNS:server.test", -60, 60, &authority}, "server.test",
       "issued by an unknown authority, 'CN=test authority'", &unrelated},
      {"wrong name", {"DNS:one.test,DNS:*.two.test,IP:192.0.2.7", -60, 60, &authority},
       "server.test", "it is for one.test, *.two.test, 192.0.2.7, not for 'server.test'"},
      {"wrong address", {"IP:127.0.0.2", -60, 60, &authority}, "127.0.0.1",
       "it is for 127.0.0.2, not for '127.0.0.1'"},
      {"expired", {"DNS:server.test", -600, -300, &authority}, "server.test", " GMT"},
      {"not yet valid", {"DNS:server.test", 300, 600, &authority}, "server.test", " GMT"},
  };
  for (const Distrust& each : cases) {
    CAPTURE(each.what);
    const TestCertificate certificate = make_certificate(each.wish);
    TlsClientConfig config = trusting(each.trust == nullptr ? file : *each.trust);
    Pipe pipe(certificate, config, each.host);
    REQUIRE(pipe.end);
    CHECK(pipe.end->phase == Phase::tls);
    REQUIRE(pipe.end->error);
    CHECK(pipe.end->error->code == ErrorCode::tls_untrusted);
    const std::string text = pipe.end->error->text();
    CAPTURE(text);
    CHECK(text.starts_with("the certificate of '" + each.host + "' is not trusted: i"));
    CHECK(text.ends_with(each.message));

    config.verify = false;
    Pipe careless(certificate, config, each.host);
    CHECK(careless.connected());
    ConnectionInfo info;
    careless.client->describe(info);
    CHECK(info.tls_info.verify_result.ends_with(each.message));
  }
}

TEST_CASE("IP literals are verified as addresses and not sent as a name") {
  const TestCertificate certificate = make_certificate({"IP:127.0.0.1,IP:::1"});
  const ScratchFile file(certificate.pem);
  for (const char* host : {"127.0.0.1", "::1"}) {
    Pipe pipe(certificate, trusting(file), host);
    CHECK(pipe.connected());
    CHECK(pipe.peer->server_name.empty());
  }
}

TEST_CASE("a server that speaks only TLS 1.1 is refused") {
  const Trusted trusted;
  Pipe pipe(trusted.certificate, trusted.config, "server.test", TLS1_1_VERSION);
  REQUIRE(pipe.end);
  CHECK(pipe.end->phase == Phase::tls);
  CHECK(pipe.end->error->code == ErrorCode::tls_handshake);
}

TEST_CASE("TLS 1.2 is good enough") {
  const Trusted trusted;
  Pipe pipe(trusted.certificate, trusted.config, "server.test", TLS1_2_VERSION);
  CHECK(pipe.connected());
}

struct Recorded final : StreamEvents {
  std::optional<StreamEnd> end;
  void on_phase(Phase) override {}
  void on_bytes(BytesView) override {}
  void on_writable() override {}
  void on_end(const StreamEnd& ended) override { end = ended; }
};

TEST_CASE("a peer that speaks no TLS, or hangs up, fails the handshake") {
  FakeRuntime network;
  const auto loop = network.make_loop().value();
  const auto outcome = [&](const std::function<void(ScriptedWire&)>& act) {
    ScriptedWire wire;
    Recorded events;
    TlsStream stream(*loop, TlsClientContext::create({}), "server.test",
                     std::make_unique<ScriptedStream>(wire));
    stream.start(events);
    wire.connect();
    CHECK(wire.written.starts_with("\x16\x03"));
    act(wire);
    REQUIRE(events.end);
    CHECK(events.end->phase == Phase::tls);
    CHECK(events.end->error->code == ErrorCode::tls_handshake);
    return events.end->error->text();
  };
  CHECK(outcome([](ScriptedWire& wire) {
          wire.receive("HTTP/1.1 400 Bad Request\r\n\r\n");
        }) == "the TLS handshake with 'server.test' failed: wrong version number (the server does "
              "not speak TLS on this port?)");
  CHECK(outcome([](ScriptedWire& wire) { wire.events->on_end({}); }) ==
        "'server.test' closed the connection during the TLS handshake");
}

TEST_CASE("a CA file that cannot be used ends the stream before it connects") {
  FakeRuntime network;
  const auto loop = network.make_loop().value();
  TlsClientConfig config;
  config.ca_file = "/nonexistent/ca.pem";
  ScriptedWire wire;
  Recorded events;
  TlsStream stream(*loop, TlsClientContext::create(config), "server.test",
                   std::make_unique<ScriptedStream>(wire));
  stream.start(events);
  CHECK_FALSE(events.end);
  network.run_until_idle();
  REQUIRE(events.end);
  CHECK(events.end->phase == Phase::tls);
  CHECK(events.end->error->code == ErrorCode::tls_setup);
  CHECK(wire.events == nullptr);
}

}  // namespace
TEST_CASE("what was held while reading was paused comes before the end of the connection") {
  const Trusted trusted;
  Pipe pipe(trusted.certificate, trusted.config);
  pipe.pause_in_bytes = true;
  const Bytes sent(150'000, 'x');
  pipe.peer->send(sent);
  pipe.peer->send_close_notify();
  pipe.peer->stream->end_writing();
  pipe.network.run_until_idle();
  CHECK(pipe.received.size() < sent.size());
  pipe.pause_in_bytes = false;
  pipe.client->resume_reading();
  pipe.network.run_until_idle();
  CHECK(pipe.received.size() == sent.size());
  REQUIRE(pipe.end);
  CHECK_FALSE(pipe.end->error);
}

}  // namespace wsb::net
