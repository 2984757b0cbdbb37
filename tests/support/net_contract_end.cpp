// The contract of every network, second part: the end of connections, flow control, slow readers.

#include <catch2/catch.hpp>

#include "tests/support/net_contract.h"

namespace wsb::net {
namespace {

using By = CloseInfo::By;
using ws::Opcode;

struct Closing {
  std::uint16_t code;
  const char* reason;
  std::uint16_t seen_code;
  const char* seen_reason;
};
constexpr Closing kClosings[] = {
    {1000, "bye", 1000, "bye"},       {1001, "", 1001, ""},   {1011, "broken", 1011, "broken"},
    {1013, "later", 1013, "later"},   {3000, "", 3000, ""},   {4999, "\xc3\xa4", 4999, "\xc3\xa4"},
    {0, "an empty frame has none", 1005, ""},
};

void check_clean(const CloseInfo& close, By by, const Closing& expected) {
  CHECK(close.by == by);
  CHECK(close.phase == Phase::open);
  CHECK(close.code == expected.seen_code);
  // The answer to a Close frame repeats its code (RFC 6455 §5.5.1), and its reason or not.
  if (by == By::peer) CHECK(close.reason == expected.seen_reason);
  CHECK(close.clean);
  CHECK_FALSE(close.error);
}

TEST_CASE("both sides learn who closed, with which code and reason") {
  const bool client_closes = GENERATE(true, false);
  for (const Closing& closing : kClosings) {
    CAPTURE(client_closes, closing.code);
    // libwebsockets 4.1 does not know 1013 from a peer and takes it for 1002.
    if (client_closes && closing.code == 1013) continue;
    Stage stage;
    Peer& client = stage.open_client();
    Peer& server = stage.server.peer(0);
    Peer& closer = client_closes ? client : server;
    stage.on_loop([&] {
      closer.connection->close(closing.code, closing.reason);
      CHECK(closer.connection->send(Opcode::text, "late") == SendStatus::closed);
      closer.connection->close(4000, "only the first one counts");
    });
    REQUIRE(stage.run_until([&] { return !client.closes.empty() && !server.closes.empty(); }));
    check_clean(closer.closes.front(), By::local, closing);
    check_clean((client_closes ? server : client).closes.front(), By::peer, closing);
    CHECK(client.messages.empty());
    CHECK(server.messages.empty());
  }
}

TEST_CASE("what was sent before a close arrives before it") {
  const bool client_closes = GENERATE(true, false);
  CAPTURE(client_closes);
  Stage stage;
  Peer& client = stage.open_client();
  Peer& server = stage.server.peer(0);
  Peer& closer = client_closes ? client : server;
  Peer& other = client_closes ? server : client;
  const Bytes big(150000, 'x');
  stage.on_loop([&] {
    for (int i = 0; i < 5; ++i) closer.connection->send(Opcode::binary, big);
    closer.connection->close(1000, "done");
  });
  REQUIRE(stage.run_until([&] { return !client.closes.empty() && !server.closes.empty(); }));
  CHECK(other.messages.size() == 5);
  CHECK(other.closes.front().clean);
  CHECK(other.closes.front().reason == "done");
}

TEST_CASE("a close from inside a handler's call ends the connection in order") {
  Stage stage;
  stage.clients.when_message = [](Connection& connection, const ws::Message&) {
    connection.close(1000, "enough");
  };
  Peer& client = stage.open_client();
  Peer& server = stage.server.peer(0);
  stage.on_loop([&] { server.connection->send(Opcode::text, "one"); });
  REQUIRE(stage.run_until([&] { return !client.closes.empty() && !server.closes.empty(); }));
  CHECK(server.closes.front().by == By::peer);
  CHECK(server.closes.front().reason == "enough");
}

TEST_CASE("an aborted connection ends with 1006 at both ends, once") {
  const bool client_aborts = GENERATE(true, false);
  CAPTURE(client_aborts);
  Stage stage;
  Peer& client = stage.open_client();
  Peer& server = stage.server.peer(0);
  Peer& aborter = client_aborts ? client : server;
  stage.on_loop([&] {
    aborter.connection->abort();
    CHECK(aborter.closes.empty());
    aborter.connection->abort();
    CHECK(aborter.connection->send(Opcode::text, "late") == SendStatus::closed);
  });
  REQUIRE(stage.run_until([&] { return !client.closes.empty() && !server.closes.empty(); }));
  const Peer& other = client_aborts ? server : client;
  CHECK(aborter.closes.front().by == By::local);
  CHECK(other.closes.front().by == By::network);
  for (const Peer* peer : {&client, &server}) {
    CHECK(peer->closes.front().code == 1006);
    CHECK(peer->closes.front().reason.empty());
    CHECK_FALSE(peer->closes.front().clean);
  }
  REQUIRE(other.closes.front().error);
  CHECK(other.closes.front().error->code == ErrorCode::connection_lost);
}

TEST_CASE("a connect that is aborted at once ends once") {
  Stage stage;
  stage.on_loop([&] {
    stage.network->runtime()
        .connect(stage.network->loop(), stage.config(), stage.clients)
        .abort();
  });
  REQUIRE(stage.run_until([&] { return stage.clients.count() == 1; }));
  stage.network->settle();
  CHECK(stage.clients.peer(0).closes.size() == 1);
  CHECK_FALSE(stage.clients.peer(0).opened);
}

TEST_CASE("a message over the server's limit is answered with 1009") {
  ListenConfig small;
  small.max_message = ByteSize{1000};
  Stage stage(small);
  Peer& client = stage.open_client();
  Peer& server = stage.server.peer(0);
  stage.on_loop([&] {
    client.connection->send(Opcode::binary, Bytes(1000, 'x'));
    client.connection->send(Opcode::binary, Bytes(1001, 'x'));
  });
  REQUIRE(stage.run_until([&] { return !client.closes.empty() && !server.closes.empty(); }));
  CHECK(server.messages.size() == 1);
  CHECK(server.closes.front().code == 1009);
  CHECK(server.closes.front().by == By::local);
  CHECK(client.closes.front().code == 1009);
  CHECK(client.closes.front().by == By::peer);
  CHECK(stage.listener->stats().too_large == 1);
}

TEST_CASE("a message over the client's limit is answered with 1009") {
  Stage stage;
  ConnectConfig config = stage.config();
  config.max_message = ByteSize{1000};
  Peer& client = stage.open_client(config);
  Peer& server = stage.server.peer(0);
  stage.on_loop([&] { server.connection->send(Opcode::binary, Bytes(1001, 'x')); });
  REQUIRE(stage.run_until([&] { return !client.closes.empty() && !server.closes.empty(); }));
  CHECK(client.messages.empty());
  CHECK(client.closes.front().code == 1009);
  CHECK(client.closes.front().by == By::local);
  REQUIRE(client.closes.front().error);
  CHECK(client.closes.front().error->code == ErrorCode::too_large);
  CHECK(server.closes.front().code == 1009);
  CHECK(server.closes.front().by == By::peer);
}

TEST_CASE("a paused client gets nothing until it resumes, then everything in order") {
  Stage stage;
  Peer& client = stage.open_client();
  Peer& server = stage.server.peer(0);
  stage.on_loop([&] { client.connection->pause_reading(); });
  stage.on_loop([&] {
    for (const char* text : {"1", "2", "3"}) server.connection->send(Opcode::text, text);
  });
  stage.network->settle();
  CHECK(client.messages.empty());
  stage.on_loop([&] { client.connection->resume_reading(); });
  REQUIRE(stage.run_until([&] { return client.messages.size() == 3; }));
  CHECK(client.messages[2].second == "3");
}

TEST_CASE("pausing inside a message holds back those that came with it") {
  const bool at_the_server = GENERATE(false, true);
  CAPTURE(at_the_server);
  Stage stage;
  Recorder& recorder = at_the_server ? stage.server : stage.clients;
  Peer& client = stage.open_client();
  Peer& server = stage.server.peer(0);
  Peer& reader = at_the_server ? server : client;
  Peer& writer = at_the_server ? client : server;
  recorder.when_message = [](Connection& connection, const ws::Message& message) {
    if (message.payload == "pause") connection.pause_reading();
  };
  stage.on_loop([&] {
    for (const char* text : {"1", "pause", "2", "pause", "3"})
      writer.connection->send(Opcode::text, text);
  });
  REQUIRE(stage.run_until([&] { return reader.messages.size() >= 2; }));
  stage.network->settle();
  CHECK(reader.messages.size() == 2);
  stage.on_loop([&] { reader.connection->resume_reading(); });
  REQUIRE(stage.run_until([&] { return reader.messages.size() >= 4; }));
  stage.network->settle();
  CHECK(reader.messages.size() == 4);
  stage.on_loop([&] { reader.connection->resume_reading(); });
  REQUIRE(stage.run_until([&] { return reader.messages.size() == 5; }));
  CHECK(reader.messages.back().second == "3");
}

// Sends numbered messages of 64 KiB to a client that does not read until one is not simply queued.
SendStatus fill_up(Stage& stage, Peer& server, int& sent) {
  const Bytes rest(65536 - 8, '.');
  SendStatus status = SendStatus::sent;
  for (sent = 0; sent < 10000; ++sent) {
    stage.on_loop([&] {
      BatchBuilder builder;
      const Bytes number = std::to_string(10000000 + sent);
      builder.append({}, Opcode::binary, number + rest);
      status = server.connection->send(builder.freeze(), 0, 1);
    });
    if (status == SendStatus::dropped || status == SendStatus::closed) break;
  }
  return status;
}

ListenConfig slow_readers(SlowReaderPolicy policy) {
  ListenConfig config;
  config.outbox.max_bytes = ByteSize{1U << 20U};
  config.outbox.policy = policy;
  return config;
}

TEST_CASE("a slow reader is disconnected with 1013 when that is the policy") {
  Stage stage(slow_readers(SlowReaderPolicy::disconnect));
  Peer& client = stage.open_client();
  Peer& server = stage.server.peer(0);
  stage.on_loop([&] { client.connection->pause_reading(); });
  int sent = 0;
  CHECK(fill_up(stage, server, sent) == SendStatus::closed);
  CHECK(stage.listener->stats().slow_readers == 1);
  stage.on_loop([&] { client.connection->resume_reading(); });
  REQUIRE(stage.run_until([&] { return !client.closes.empty() && !server.closes.empty(); }));
  CHECK(server.closes.front().code == 1013);
  CHECK(server.closes.front().by == By::local);
  // What was on its way arrives whole; the Close frame only if the client reads again in time.
  for (std::size_t i = 0; i < client.messages.size(); ++i) {
    REQUIRE(client.messages[i].second.size() == 65536);
    REQUIRE(client.messages[i].second.substr(0, 8) == std::to_string(10000000 + i));
  }
}

TEST_CASE("a slow reader loses the newest messages when that is the policy") {
  Stage stage(slow_readers(SlowReaderPolicy::drop_newest));
  Peer& client = stage.open_client();
  Peer& server = stage.server.peer(0);
  stage.on_loop([&] { client.connection->pause_reading(); });
  int sent = 0;
  CHECK(fill_up(stage, server, sent) == SendStatus::dropped);
  CHECK(server.connection->stats().dropped_messages == 1);
  stage.on_loop([&] { client.connection->resume_reading(); });
  const auto kept = static_cast<std::size_t>(sent);
  REQUIRE(stage.run_until([&] { return client.messages.size() == kept; }));
  for (std::size_t i = 0; i < kept; ++i) {
    REQUIRE(client.messages[i].second.substr(0, 8) == std::to_string(10000000 + i));
  }
}

TEST_CASE("a slow reader loses the oldest messages when that is the policy") {
  Stage stage(slow_readers(SlowReaderPolicy::drop_oldest));
  Peer& client = stage.open_client();
  Peer& server = stage.server.peer(0);
  stage.on_loop([&] { client.connection->pause_reading(); });
  int sent = 0;
  CHECK(fill_up(stage, server, sent) == SendStatus::dropped);
  CHECK(server.connection->stats().dropped_messages >= 1);
  stage.on_loop([&] { client.connection->resume_reading(); });
  const std::string last = std::to_string(10000000 + sent);
  REQUIRE(stage.run_until([&] {
    return !client.messages.empty() && client.messages.back().second.substr(0, 8) == last;
  }));
  CHECK(client.messages.size() + server.connection->stats().dropped_messages ==
        static_cast<std::size_t>(sent) + 1);
}

TEST_CASE("a client's send buffer is bounded") {
  Stage stage;
  ConnectConfig config = stage.config();
  config.max_send_buffer = ByteSize{1U << 20U};
  Peer& client = stage.open_client(config);
  Peer& server = stage.server.peer(0);
  stage.on_loop([&] { server.connection->pause_reading(); });
  const Bytes payload(65536, 'x');
  SendStatus status = SendStatus::sent;
  std::size_t taken = 0;
  for (; taken < 10000 && status != SendStatus::dropped; ++taken) {
    stage.on_loop([&] { status = client.connection->send(Opcode::binary, payload); });
  }
  CHECK(status == SendStatus::dropped);
  --taken;
  CHECK(client.connection->stats().dropped_messages == 1);
  CHECK(client.connection->stats().backlog_bytes <= config.max_send_buffer.bytes + 14);
  stage.on_loop([&] { server.connection->resume_reading(); });
  REQUIRE(stage.run_until([&] { return server.messages.size() == taken; }));
  CHECK(client.connection->stats().backlog_bytes == 0);
}

TEST_CASE("a loop that ends drops its connections, each with its on_close") {
  Stage stage;
  for (int i = 0; i < 5; ++i) stage.open_client();
  stage.on_loop([&] {
    ConnectConfig config = stage.config();
    config.url.port = stage.network->silent_port();
    stage.network->runtime().connect(stage.network->loop(), config, stage.clients);
  });
  stage.network->settle();
  stage.network->stop_loop();
  REQUIRE(stage.clients.count() == 6);
  for (std::size_t i = 0; i < 6; ++i) {
    REQUIRE(stage.clients.peer(i).closes.size() == 1);
    CHECK(stage.clients.peer(i).closes.front().code == 1006);
  }
  REQUIRE(stage.server.count() == 5);
  for (std::size_t i = 0; i < 5; ++i) CHECK(stage.server.peer(i).closes.size() == 1);
}

}  // namespace
}  // namespace wsb::net
