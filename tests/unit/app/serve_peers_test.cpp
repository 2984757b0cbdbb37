#include "core/app/serve_peers.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "tests/unit/app/serve_stage.h"

using namespace wsb;
using namespace wsb::app;
using namespace wsb::app::serving;
using Texts = std::vector<std::string>;

namespace {

const std::string kWelcome = R"({"type":"welcome","message":"Connected to broadcast server!"})";

std::string envelope(const std::string& json) {
  return R"({"type":"broadcast","payload":)" + json + "}";
}

}  // namespace

TEST_CASE("clients are welcomed and hear each other in envelopes, never themselves") {
  FakeServer server(ServeMode::broadcast);
  Client& a = server.connect();
  Client& b = server.connect();
  Client& c = server.connect();
  a.say("hi");
  server.settle();
  a.say(R"({"n":1})");
  (void)b.connection->send(ws::Opcode::binary, std::string("\0\xff", 2));
  server.settle();
  CHECK(a.received == Texts{kWelcome, std::string("\0\xff", 2)});
  CHECK(a.opcodes.back() == ws::Opcode::binary);
  CHECK(b.received == Texts{kWelcome, envelope("\"hi\""), envelope(R"({"n":1})")});
  CHECK(c.received.size() == 4);
  CHECK(c.received[1] == envelope("\"hi\""));
  CHECK(server.workers[0]->shard->counters().messages == 3);
  CHECK(server.workers[0]->shard->counters().deliveries == 6);
}

TEST_CASE("raw relays verbatim and welcomes nobody") {
  FakeServer server(ServeMode::raw);
  Client& a = server.connect();
  Client& b = server.connect();
  a.say("hi");
  a.say("");
  server.settle();
  CHECK(a.received.empty());
  CHECK(b.received == Texts{"hi", ""});
}

TEST_CASE("echo answers the sender alone, same type and bytes") {
  FakeServer server(ServeMode::echo);
  Client& a = server.connect();
  Client& b = server.connect();
  a.say("hi");
  (void)a.connection->send(ws::Opcode::binary, "bin");
  a.say("");
  server.settle();
  CHECK(a.received == Texts{"hi", "bin", ""});
  CHECK(a.opcodes ==
        std::vector{ws::Opcode::text, ws::Opcode::binary, ws::Opcode::text});
  CHECK(b.received.empty());
}

TEST_CASE("an echo is compressed when the message was") {
  FakeServer server(ServeMode::echo);
  Client client(server.network, *server.client_loop, server.port, {}, true);
  server.settle();
  const std::string text(200, 'a');
  (void)client.connection->send(ws::Opcode::text, text, true);
  (void)client.connection->send(ws::Opcode::text, text, false);
  server.settle();
  CHECK(client.received == Texts{text, text});
  CHECK(client.compressed == std::vector{true, false});
  client.connection->abort();
  server.settle();
}

TEST_CASE("an echo that is not read slows its sender down and loses nothing") {
  net::ListenConfig listen;
  listen.outbox.max_bytes = 256_KiB;
  FakeServer server(ServeMode::echo, 1, listen);
  Client& a = server.connect();
  a.connection->pause_reading();
  const std::string message(50'000, 'x');
  for (int i = 0; i < 100; ++i) a.say(message);
  server.network.advance(std::chrono::seconds(2));
  CHECK(a.received.empty());
  CHECK(server.workers[0]->peers->open() == 1);
  a.connection->resume_reading();
  REQUIRE(server.network.run_until([&] { return a.received.size() == 100; }));
  CHECK(a.received[99] == message);
  CHECK(a.open);
}

TEST_CASE("clients of all workers hear each other") {
  FakeServer server(ServeMode::broadcast, 3);
  std::vector<Client*> clients;
  for (int i = 0; i < 9; ++i) clients.push_back(&server.connect());
  for (const auto& worker : server.workers) REQUIRE(worker->peers->open() > 0);
  for (std::size_t i = 0; i < clients.size(); ++i) clients[i]->say(std::to_string(i));
  server.settle();
  for (std::size_t i = 0; i < clients.size(); ++i) {
    std::vector<std::string> expected{kWelcome};
    for (std::size_t other = 0; other < clients.size(); ++other) {
      if (other != i) expected.push_back(envelope('"' + std::to_string(other) + '"'));
    }
    std::vector<std::string> received = clients[i]->received;
    std::sort(received.begin() + 1, received.end());
    CHECK(received == expected);
  }
}

TEST_CASE("many messages at once reach a slow reader in order") {
  FakeServer server(ServeMode::raw);
  server.network.options().link.bytes_per_second = 1'000'000;
  Client& reader = server.connect();
  server.network.options().link.bytes_per_second = 0;
  Client& writer = server.connect();
  for (int i = 0; i < 200; ++i) writer.say(std::to_string(i) + std::string(4000, '.'));
  REQUIRE(server.network.run_until([&] { return reader.received.size() == 200; }));
  for (int i = 0; i < 200; ++i) {
    CHECK(reader.received[static_cast<std::size_t>(i)].substr(0, 4) ==
          (std::to_string(i) + "....").substr(0, 4));
  }
  CHECK(server.workers[0]->shard->counters().slow_sends > 0);
}

TEST_CASE("a reader that does not read is cut with 1013, and the others hear everything") {
  net::ListenConfig listen;
  listen.outbox.max_bytes = 64_KiB;
  FakeServer server(ServeMode::raw, 1, listen);
  Client& stuck = server.connect();
  Client& reader = server.connect();
  Client& writer = server.connect();
  stuck.connection->pause_reading();
  const std::string message(20'000, 'x');
  for (int i = 0; i < 100; ++i) {
    writer.say(message);
    server.network.advance(std::chrono::milliseconds(20));
  }
  server.network.advance(std::chrono::seconds(20));
  CHECK(reader.received.size() == 100);
  CHECK(server.workers[0]->peers->open() == 2);
  CHECK(server.workers[0]->listener->stats().slow_readers == 1);
  CHECK(server.lines_of("disconnected: 1013 ").size() == 1);
}

TEST_CASE("the first subprotocol offered is agreed, none when none is offered") {
  FakeServer server(ServeMode::broadcast);
  CHECK(server.connect({"chat.v2", "chat.v1"}).subprotocol == "chat.v2");
  CHECK(server.connect().subprotocol.empty());
}

TEST_CASE("the log tells who came and how they went") {
  FakeServer server(ServeMode::broadcast);
  Client& a = server.connect();
  const std::string address = a.connection->info().local;
  a.say("one");
  server.settle();
  a.connection->close(1000, "bye");
  server.settle();
  CHECK(server.lines_of("connected") ==
        Texts{"client " + address + " connected",
              "client " + address +
                  " disconnected: 1000 normal closure 'bye', 1 message in, 1 out"});
  CHECK(server.workers[0]->peers->open() == 0);
}

TEST_CASE("close_all says 1001 to everyone and tells when the last has gone") {
  FakeServer server(ServeMode::broadcast);
  Client& a = server.connect();
  Client& b = server.connect();
  int gone = 0;
  server.workers[0]->peers->close_all(std::chrono::seconds(1), [&] { ++gone; });
  CHECK(gone == 0);
  server.settle();
  CHECK(gone == 1);
  for (const Client* client : {&a, &b}) {
    CHECK(client->ended);
    CHECK(client->end.code == 1001);
    CHECK(client->end.reason == "server shutting down");
    CHECK(client->end.clean);
  }
}

TEST_CASE("close_all of nobody is done at once") {
  FakeServer server(ServeMode::echo);
  int gone = 0;
  server.workers[0]->peers->close_all(std::chrono::seconds(1), [&] { ++gone; });
  CHECK(gone == 1);
}

TEST_CASE("a server that is going refuses handshakes with 503") {
  FakeServer server(ServeMode::broadcast);
  Client& before = server.connect();
  server.workers[0]->peers->refuse_further();
  Client& late = server.connect();
  CHECK(before.open);
  CHECK(late.ended);
  CHECK(late.refused_with == 503);
}

TEST_CASE("a disconnect is described with its code, reason, cause and numbers") {
  net::CloseInfo close;
  net::ConnectionStats stats;
  stats.messages_in = 1;
  stats.messages_out = 1234;
  CHECK(describe_disconnect("[::1]:5", close, stats) ==
        "client [::1]:5 disconnected: 1006 abnormal closure, 1 message in, 1,234 out");
  close.code = 4001;
  close.reason = "a\x1b[31mb";
  close.error = make_error(ErrorCode::connection_lost, "the cat pulled the plug");
  stats.messages_in = 2;
  stats.dropped_messages = 3;
  CHECK(describe_disconnect("[::1]:5", close, stats) ==
        "client [::1]:5 disconnected: 4001 private code 'a\\x1b[31mb' "
        "(the cat pulled the plug), 2 messages in, 1,234 out, 3 dropped");
}

TEST_CASE("a listener's end is told in words") {
  net::ConnectionStats stats;
  stats.messages_out = 1;
  net::CloseInfo close;
  close.by = net::CloseInfo::By::peer;
  CHECK(describe_stream_end("1.2.3.4:5", close, stats) ==
        "client 1.2.3.4:5 listens no more: it has gone, 1 message out");
  close.by = net::CloseInfo::By::local;
  CHECK(describe_stream_end("1.2.3.4:5", close, stats) ==
        "client 1.2.3.4:5 listens no more: cut off, 1 message out");
  close.error = make_error(ErrorCode::timeout, "too slow");
  stats.dropped_messages = 2;
  CHECK(describe_stream_end("1.2.3.4:5", close, stats) ==
        "client 1.2.3.4:5 listens no more: too slow, 1 message out, 2 dropped");
}
