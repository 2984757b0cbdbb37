// The faults of the fake network: what they do to connections, and that a seed repeats them.

#include <catch2/catch.hpp>

#include "tests/support/fake_net.h"
#include "tests/support/recorder.h"

namespace wsb::net {
namespace {

class NoHttp final : public HttpHandler {
  void on_request(std::shared_ptr<HttpExchange> exchange) override { exchange->respond({}); }
};

// An echo server and clients on one fake loop.
struct Echo {
  explicit Echo(const FakeOptions& options) : network(options) {
    server.when_message = [](Connection& connection, const ws::Message& message) {
      connection.send(message.opcode, message.payload);
    };
    auto sockets = network.open_listen_sockets("127.0.0.1", 0, 1).value();
    config.url = http::parse_url("ws://127.0.0.1:" + std::to_string(sockets[0].port())).value();
    listener = network.listen(*loop, std::move(sockets[0]), {}, server, http).value();
  }
  void connect(int count) {
    for (int i = 0; i < count; ++i) network.connect(*loop, config, clients);
    network.run_until_idle();
  }

  FakeRuntime network;
  Recorder server;
  Recorder clients;
  NoHttp http;
  ConnectConfig config;
  std::unique_ptr<Loop> loop = network.make_loop().value();
  std::unique_ptr<Listener> listener;
};

// How many messages each of ten clients got back before the network failed it, as text.
std::string story(std::uint64_t seed) {
  FakeOptions options;
  options.seed = seed;
  options.faults.drop_probability = 0.5;
  options.faults.stall_probability = 0.5;
  options.faults.small_reads = true;
  Echo echo(options);
  echo.clients.when_open = [](Connection& connection) { connection.send(ws::Opcode::text, "go"); };
  echo.clients.when_message = [](Connection& connection, const ws::Message& message) {
    connection.send(message.opcode, message.payload);
  };
  for (int i = 0; i < 10; ++i) echo.network.connect(*echo.loop, echo.config, echo.clients);
  echo.network.advance(std::chrono::seconds(2));
  std::string out;
  for (std::size_t i = 0; i < echo.clients.count(); ++i) {
    const Peer& peer = echo.clients.peer(i);
    CHECK(peer.closes.size() <= 1);
    out += std::to_string(peer.messages.size()) + (peer.closes.empty() ? " " : "! ");
  }
  return out;
}

TEST_CASE("the same seed gives the same run, another one another") {
  const std::string first = story(7);
  CHECK(first.find('!') != std::string::npos);
  CHECK(story(7) == first);
  CHECK(story(8) != first);
}

TEST_CASE("a dropped link ends both sides with 1006") {
  Echo echo({});
  echo.connect(1);
  FakeLink* link = echo.network.link_of(*echo.clients.peer(0).connection);
  REQUIRE(link != nullptr);
  link->drop();
  echo.network.run_until_idle();
  CHECK(echo.clients.peer(0).closes.at(0).code == 1006);
  CHECK(echo.server.peer(0).closes.at(0).code == 1006);
  CHECK(echo.clients.peer(0).closes.at(0).error->code == ErrorCode::connection_lost);
}

TEST_CASE("a stalled link delivers nothing until it resumes, then everything") {
  Echo echo({});
  echo.connect(1);
  const Peer& client = echo.clients.peer(0);
  FakeLink* link = echo.network.link_of(*client.connection);
  link->stall();
  client.connection->send(ws::Opcode::text, "patience");
  echo.network.advance(std::chrono::seconds(3));
  CHECK(client.messages.empty());
  link->resume();
  echo.network.run_until_idle();
  CHECK(client.messages.size() == 1);
}

TEST_CASE("bytes take as long as bandwidth and latency say") {
  FakeOptions options;
  options.link.latency = std::chrono::milliseconds(10);
  options.link.bytes_per_second = 1000000;
  Echo echo(options);
  echo.connect(1);
  const Peer& client = echo.clients.peer(0);
  const TimePoint begin = echo.network.now();
  client.connection->send(ws::Opcode::binary, Bytes(100000, 'x'));
  REQUIRE(echo.network.run_until([&] { return client.messages.size() == 1; }));
  const Duration took = echo.network.now() - begin;
  CHECK(took > 220ms);  // twice 100 ms of bytes and 10 ms of way
  CHECK(took < 221ms);
}

TEST_CASE("a host that answers nothing is a connect timeout") {
  Echo echo({});
  echo.config.url.host = FakeRuntime::kBlackHole;
  echo.connect(1);
  CHECK(echo.clients.count() == 0);
  echo.network.advance(std::chrono::seconds(10));
  REQUIRE(echo.clients.count() == 1);
  CHECK(echo.clients.peer(0).closes.at(0).phase == Phase::connect);
  CHECK(echo.clients.peer(0).closes.at(0).error->code == ErrorCode::timeout);
}

TEST_CASE("a silent peer is pinged and then dropped by the server's keepalive") {
  Echo echo({});
  echo.connect(1);
  echo.network.advance(std::chrono::seconds(200));
  CHECK(echo.clients.peer(0).closes.empty());  // it answers pings
  echo.network.link_of(*echo.clients.peer(0).connection)->stall();
  // The interval, the timeout, and the quarter of an interval at which is looked.
  echo.network.advance(std::chrono::seconds(98));
  REQUIRE(echo.server.peer(0).closes.size() == 1);
  CHECK(echo.server.peer(0).closes.at(0).error->code == ErrorCode::timeout);
  CHECK(echo.listener->stats().keepalive_timeouts == 1);
}

}  // namespace
}  // namespace wsb::net
