// The contract of every network, first part: opening, messages, failing to open.

#include <catch2/catch.hpp>

#include <cerrno>
#include <optional>

#include "tests/support/net_contract.h"

namespace wsb::net {
namespace {

using ws::Opcode;
using Messages = std::vector<std::pair<Opcode, Bytes>>;

// Text that neither repeats soon nor compresses to nothing.
Bytes varied_text(std::size_t size) {
  Bytes out;
  for (std::uint32_t i = 0; out.size() < size; ++i) out += std::to_string(i * 2654435761U) + ' ';
  out.resize(size);
  return out;
}

TEST_CASE("an upgrade opens both sides and keeps the request and the answer") {
  Stage stage;
  ConnectConfig config = stage.config("/chat?room=1");
  config.headers.add("Origin", "http://page.test");  // libwebsockets hands on known names only
  std::optional<http::Headers> received;  // a server may forget them after on_open
  stage.server.when_open = [&](Connection& connection) {
    received = connection.info().request_headers;
  };
  const Peer& client = stage.open_client(config);
  const ConnectionInfo& mine = client.connection->info();
  CHECK(mine.target == "/chat?room=1");
  CHECK(mine.request_text.starts_with("GET /chat?room=1 HTTP/1.1\r\n"));
  CHECK(mine.request_text.ends_with("\r\n\r\n"));
  CHECK(mine.request_headers.find("Origin") == "http://page.test");
  CHECK(mine.response_head.starts_with("HTTP/1.1 101 "));
  CHECK(mine.response_headers.contains_token("Upgrade", "websocket"));
  CHECK(mine.remote == "127.0.0.1:" + std::to_string(stage.port));
  CHECK(mine.local.starts_with("127.0.0.1:"));
  CHECK_FALSE(mine.tls);
  CHECK_FALSE(mine.deflate);
  CHECK_FALSE(mine.refusal);
  CHECK(mine.times.upgraded >= mine.times.connected);
  CHECK(mine.times.upgraded > Duration{});
  CHECK(mine.times.tls_done == Duration{});
  const ConnectionInfo& theirs = stage.server.peer(0).connection->info();
  CHECK(theirs.target == "/chat?room=1");
  REQUIRE(received);
  CHECK(received->find("Origin") == "http://page.test");
  CHECK(theirs.remote == mine.local);
  CHECK(stage.server.peer(0).id.valid());
  CHECK(client.id.valid());
  CHECK(client.id != stage.server.peer(0).id);
}

TEST_CASE("messages arrive as they were sent, in order, whatever their size") {
  Stage stage;
  Peer& client = stage.open_client();
  Peer& server = stage.server.peer(0);
  const Messages sent{{Opcode::text, "hello"},
                      {Opcode::binary, Bytes("\0\xff\r\n", 4)},
                      {Opcode::text, ""},
                      {Opcode::binary, ""},
                      {Opcode::text, varied_text(125)},
                      {Opcode::text, varied_text(126)},
                      {Opcode::text, varied_text(65535)},
                      {Opcode::text, varied_text(65536)},
                      {Opcode::text, "\xe2\x82\xac"}};
  stage.on_loop([&] {
    for (const auto& [opcode, payload] : sent) client.connection->send(opcode, payload);
  });
  REQUIRE(stage.run_until([&] { return server.messages.size() == sent.size(); }));
  CHECK((server.messages == sent));
  stage.on_loop([&] {
    for (const auto& [opcode, payload] : sent) server.connection->send(opcode, payload);
  });
  REQUIRE(stage.run_until([&] { return client.messages.size() == sent.size(); }));
  CHECK((client.messages == sent));
  const ConnectionStats stats = client.connection->stats();
  CHECK(stats.messages_in == sent.size());
  CHECK(stats.messages_out == sent.size());
  CHECK(stats.payload_bytes_in == stats.payload_bytes_out);
  CHECK(stats.backlog_bytes == 0);
}

TEST_CASE("a message of one mebibyte goes both ways") {
  Stage stage;
  Peer& client = stage.open_client();
  Peer& server = stage.server.peer(0);
  const Bytes big = varied_text(std::size_t{1} << 20U);
  stage.on_loop([&] { client.connection->send(Opcode::binary, big); });
  REQUIRE(stage.run_until([&] { return !server.messages.empty(); }));
  CHECK((server.messages.front().second == big));
  stage.on_loop([&] { server.connection->send(Opcode::binary, big); });
  REQUIRE(stage.run_until([&] { return !client.messages.empty(); }));
  CHECK((client.messages.front().second == big));
}

TEST_CASE("ten thousand small messages of one turn arrive in order") {
  Stage stage;
  Peer& client = stage.open_client();
  Peer& server = stage.server.peer(0);
  constexpr std::size_t kCount = 10000;
  stage.on_loop([&] {
    for (std::size_t i = 0; i < kCount; ++i)
      client.connection->send(Opcode::text, std::to_string(i));
  });
  REQUIRE(stage.run_until([&] { return server.messages.size() == kCount; }));
  for (std::size_t i = 0; i < kCount; ++i) REQUIRE(server.messages[i].second == std::to_string(i));
}

TEST_CASE("a batch reaches every receiver without the segment of its sender") {
  Stage stage;
  Peer& one = stage.open_client();
  Peer& two = stage.open_client();
  Peer& three = stage.open_client();
  stage.on_loop([&] {
    BatchBuilder builder;
    builder.append(stage.server.peer(0).id, Opcode::text, "of one");
    builder.append(stage.server.peer(1).id, Opcode::text, "of two");
    builder.append(stage.server.peer(1).id, Opcode::binary, "of two again");
    builder.append(stage.server.peer(2).id, Opcode::text, "of three");
    const BatchRef batch = builder.freeze();
    REQUIRE(batch->segment_count() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
      Connection& receiver = *stage.server.peer(i).connection;
      if (i != 0) CHECK(receiver.send(batch, 0, i) == SendStatus::sent);
      if (i != 2) CHECK(receiver.send(batch, i + 1, 3) == SendStatus::sent);
    }
  });
  REQUIRE(stage.run_until([&] {
    return one.messages.size() == 3 && two.messages.size() == 2 && three.messages.size() == 3;
  }));
  CHECK((one.messages == Messages{{Opcode::text, "of two"},
                                  {Opcode::binary, "of two again"},
                                  {Opcode::text, "of three"}}));
  CHECK((two.messages == Messages{{Opcode::text, "of one"}, {Opcode::text, "of three"}}));
  CHECK((three.messages == Messages{{Opcode::text, "of one"},
                                    {Opcode::text, "of two"},
                                    {Opcode::binary, "of two again"}}));
}

TEST_CASE("what was agreed on compression holds for single messages and for batches") {
  Stage stage;
  ConnectConfig config = stage.config();
  config.deflate = true;
  Peer& client = stage.open_client(config);
  Peer& server = stage.server.peer(0);
  CHECK(client.connection->info().deflate);
  CHECK(server.connection->info().deflate);
  CHECK(client.connection->info().extensions.starts_with("permessage-deflate"));
  const Bytes text(20000, 'a');
  stage.on_loop([&] {
    client.connection->send(Opcode::text, text);
    client.connection->send(Opcode::text, text, false);
    client.connection->send(Opcode::text, text);
  });
  REQUIRE(stage.run_until([&] { return server.messages.size() == 3; }));
  for (const auto& message : server.messages) CHECK((message.second == text));
  CHECK(server.compressed_messages == 2);
  stage.on_loop([&] {
    BatchBuilder builder;
    builder.append({}, Opcode::text, text);
    builder.append({}, Opcode::text, "short");
    server.connection->send(builder.freeze(), 0, 1);
    server.connection->send(Opcode::binary, text);
  });
  REQUIRE(stage.run_until([&] { return client.messages.size() == 3; }));
  CHECK((client.messages[0].second == text));
  CHECK(client.messages[1].second == "short");
  CHECK((client.messages[2].second == text));
  CHECK(client.connection->stats().wire_bytes_in < 2000);
}

TEST_CASE("a server that declines compression gets none") {
  ListenConfig plain;
  plain.deflate = false;
  Stage stage(plain);
  ConnectConfig config = stage.config();
  config.deflate = true;
  CHECK_FALSE(stage.open_client(config).connection->info().deflate);
  CHECK_FALSE(stage.server.peer(0).connection->info().deflate);
}

TEST_CASE("a ping comes back as a pong to whoever sent it") {
  Stage stage;
  Peer& client = stage.open_client();
  Peer& server = stage.server.peer(0);
  const Bytes longest(125, 'p');
  stage.on_loop([&] { client.connection->ping("from the client"); });
  REQUIRE(stage.run_until([&] { return client.pongs.size() == 1; }));
  stage.on_loop([&] { server.connection->ping(longest); });
  REQUIRE(stage.run_until([&] { return server.pongs.size() == 1; }));
  CHECK(client.pongs.front() == "from the client");
  CHECK(server.pongs.front() == longest);
}

TEST_CASE("the handler chooses the subprotocol among those offered") {
  Stage stage;
  stage.server.judge = [](const HandshakeRequest& request) {
    CHECK(request.headers.find("Sec-WebSocket-Protocol") == "one, two");
    HandshakeDecision decision;
    decision.subprotocol = "two";
    return decision;
  };
  ConnectConfig config = stage.config();
  config.subprotocols = {"one", "two"};
  CHECK(stage.open_client(config).connection->info().subprotocol == "two");
  CHECK(stage.server.peer(0).connection->info().subprotocol == "two");
}

TEST_CASE("a refused upgrade ends the client with the answer and its body") {
  Stage stage;
  stage.server.judge = [](const HandshakeRequest& request) {
    CHECK(request.path == "/secret");
    CHECK(request.query == "a=b");
    HandshakeDecision decision;
    decision.refusal = HttpResponse{403, {{"X-Why", "test"}},
                                    std::make_shared<const Bytes>("not for you\n")};
    return decision;
  };
  const Peer& client = stage.fail_client(stage.config("/secret?a=b"));
  const CloseInfo& close = client.closes.front();
  CHECK(close.phase == Phase::handshake);
  CHECK(close.by == CloseInfo::By::network);
  CHECK(close.code == 1006);
  CHECK_FALSE(close.clean);
  REQUIRE(close.error);
  CHECK(close.error->code == ErrorCode::handshake_refused);
  REQUIRE(client.info.refusal);
  CHECK(client.info.refusal->status == 403);
  CHECK(client.info.refusal->body == "not for you\n");
  CHECK(client.info.refusal->headers.find("X-Why") == "test");
  CHECK(client.info.response_head.starts_with("HTTP/1.1 403 "));
  CHECK(stage.server.count() == 0);
}

TEST_CASE("nobody listening is a connect error with its errno") {
  Stage stage;
  ConnectConfig config = stage.config();
  config.url.port = stage.network->closed_port();
  const CloseInfo& close = stage.fail_client(config).closes.front();
  CHECK(close.phase == Phase::connect);
  CHECK(close.by == CloseInfo::By::network);
  CHECK(close.code == 1006);
  REQUIRE(close.error);
  CHECK(close.error->code == ErrorCode::connect);
  CHECK(close.error->sys_errno == ECONNREFUSED);
}

TEST_CASE("a name that does not exist is a resolve error") {
  Stage stage;
  ConnectConfig config = stage.config();
  config.url.host = "name.invalid";
  const CloseInfo& close = stage.fail_client(config).closes.front();
  CHECK(close.phase == Phase::resolve);
  REQUIRE(close.error);
  CHECK(close.error->code == ErrorCode::resolve);
}

TEST_CASE("a server that never answers is a timeout of the handshake") {
  Stage stage;
  ConnectConfig config = stage.config();
  config.url.port = stage.network->silent_port();
  config.connect_timeout = std::chrono::milliseconds(100);
  const CloseInfo& close = stage.fail_client(config).closes.front();
  CHECK(close.phase == Phase::handshake);
  REQUIRE(close.error);
  CHECK(close.error->code == ErrorCode::timeout);
}

TEST_CASE("a header that HTTP cannot carry is refused before anything is sent") {
  Stage stage;
  ConnectConfig config = stage.config();
  config.headers.add("X-Bad", "two\r\nlines");
  const CloseInfo& close = stage.fail_client(config).closes.front();
  REQUIRE(close.error);
  CHECK(close.error->code == ErrorCode::invalid_argument);
  CHECK(stage.listener->stats().accepted == 0);
}

}  // namespace
}  // namespace wsb::net
