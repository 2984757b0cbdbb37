// Both ends of TLS over streams whose every call and event is the test's: how a stream ends.

#include <catch2/catch.hpp>
#include <openssl/ssl.h>

#include "core/net/tls/tls_stream.h"
#include "tests/support/fake_net.h"
#include "tests/support/scripted_stream.h"
#include "tests/support/tls_peer.h"

namespace wsb::net {
namespace {

struct End final : StreamEvents {
  void on_phase(Phase) override {}
  void on_bytes(BytesView bytes) override {
    received += bytes;
    if (pause_in_bytes) stream->pause_reading();
  }
  void on_writable() override { ++writable; }
  void on_end(const StreamEnd& stream_end) override { end = stream_end; }

  ScriptedWire wire;
  std::unique_ptr<TlsStream> stream;
  Bytes received;
  int writable = 0;
  bool pause_in_bytes = false;
  std::optional<StreamEnd> end;
};

// Handshake done.
struct Pair {
  Pair() {
    const TestCertificate certificate = make_certificate({});
    TlsClientConfig config;
    config.verify = false;
    client.stream = std::make_unique<TlsStream>(*loop, TlsClientContext::create(config), "x",
                                                std::make_unique<ScriptedStream>(client.wire));
    ServerIdentity identity;
    identity.certificate_pem = certificate.pem;
    identity.private_key_pem = certificate.key_pem;
    server.stream = std::make_unique<TlsStream>(*loop, TlsServerContext::create(identity).value(),
                                                std::make_unique<ScriptedStream>(server.wire));
    client.stream->start(client);
    server.stream->start(server);
    client.wire.connect();
    for (int i = 0; i < 4; ++i) {
      deliver(client, server);
      deliver(server, client);
    }
    server.wire.writes = 0;
  }
  static void deliver(End& from, End& to) {
    const Bytes bytes = from.wire.take_written();
    if (!bytes.empty()) to.wire.receive(bytes);
  }

  FakeRuntime network;
  std::unique_ptr<Loop> loop = network.make_loop().value();
  End client;
  End server;
};

}  // namespace

TEST_CASE("64 KiB leave in one write of four records") {
  Pair pair;
  const Bytes plain(std::size_t{64} << 10U, 'p');
  CHECK(pair.server.stream->write(plain) == plain.size());
  CHECK(pair.server.wire.writes == 1);
  Pair::deliver(pair.server, pair.client);
  CHECK((pair.client.received == plain));
}

TEST_CASE("what was held while reading was paused comes before an end in the same turn") {
  Pair pair;
  const Bytes plain(200'000, 'x');
  CHECK(pair.client.stream->write(plain) == plain.size());
  pair.server.pause_in_bytes = true;
  Pair::deliver(pair.client, pair.server);
  CHECK(pair.server.received.size() < plain.size());
  pair.server.pause_in_bytes = false;
  pair.server.stream->resume_reading();
  pair.server.wire.events->on_end({});
  CHECK(pair.server.received.size() == plain.size());
  REQUIRE(pair.server.end);
  CHECK_FALSE(pair.server.end->error);
  pair.network.advance(std::chrono::seconds(1));
  CHECK(pair.server.received.size() == plain.size());
}

TEST_CASE("our direction ends below once what was encrypted has gone") {
  Pair pair;
  pair.server.wire.room = 1000;
  CHECK(pair.server.stream->write(Bytes(50'000, 'u')) == 50'000);
  pair.server.stream->end_writing();
  CHECK(pair.server.stream->has_unsent());
  CHECK_FALSE(pair.server.wire.finished);
  pair.server.wire.room = 1'000'000;
  pair.server.wire.events->on_writable();
  CHECK_FALSE(pair.server.stream->has_unsent());
  CHECK(pair.server.wire.finished);
  CHECK(pair.server.writable == 0);
  Pair::deliver(pair.server, pair.client);
  CHECK(pair.client.received.size() == 50'000);
  REQUIRE(pair.client.end);
  CHECK_FALSE(pair.client.end->error);
}

}  // namespace wsb::net
