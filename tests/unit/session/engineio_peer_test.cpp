#include "core/session/engineio_peer.h"

#include <catch2/catch.hpp>

#include "core/session/encoding.h"
#include "tests/support/engineio_bench.h"
#include "tests/support/fake_net.h"

namespace wsb::session {

using engineio::Transport;
using net::KeptRequest;
using net::KeptWebSocket;
using net::SendStatus;
using net::text_message;

namespace {

struct Bench final : EngineioEvents {
  explicit Bench(Transport transport = Transport::polling,
                 net::SlowReaderPolicy policy = net::SlowReaderPolicy::disconnect)
      : loop(network.make_loop().value()) {
    EngineioPeer::Setup setup;
    setup.sid = "sid";
    setup.id = {3, 1};
    setup.options.max_queue_bytes = 100;
    setup.transport = transport;
    setup.slow_reader = policy;
    peer.emplace(*loop, std::move(setup), *this);
  }
  void on_message(EngineioPeer& from, bool binary, BytesView data) override {
    if (pauses) from.pause_reading();
    heard.push_back((binary ? "b:" : "t:") + std::string(data));
  }
  void on_closed(EngineioPeer&, engineio::CloseReason reason) override {
    ended = engineio::describe(reason);
  }
  std::shared_ptr<KeptRequest> poll() {
    auto request = std::make_shared<KeptRequest>("GET", "");
    peer->poll(request);
    return request;
  }
  std::shared_ptr<KeptRequest> post(Bytes body) {
    auto request = std::make_shared<KeptRequest>("POST", "", std::move(body));
    peer->post(request);
    return request;
  }
  void open() { peer->open_by_polling(std::make_shared<KeptRequest>("GET", "")); }
  // Two events, the second with an attachment, of one sender.
  net::BatchRef batch() {
    net::BatchBuilder builder;
    builder.append({}, ws::Opcode::text, "42[\"a\"]");
    const std::vector<net::BatchBuilder::Part> parts{{ws::Opcode::text, "451-[\"b\",0]"},
                                                     {ws::Opcode::binary, "bytes"}};
    builder.append_group({}, parts);
    return builder.freeze();
  }

  net::FakeRuntime network;
  std::unique_ptr<net::Loop> loop;
  std::optional<EngineioPeer> peer;
  std::vector<std::string> heard;
  std::string ended;
  bool pauses = false;  // the reading from who says something
};

}  // namespace

TEST_CASE("a polling client says by POST and hears by GET, at once or when there is something") {
  Bench bench;
  const auto opening = std::make_shared<KeptRequest>("GET", "");
  bench.peer->open_by_polling(opening);
  CHECK(opening->answer().starts_with(R"(200 0{"sid":"sid")"));
  CHECK(bench.post("4hello\x1e" "bAQI=")->answer() == "200 ok");
  CHECK(bench.heard == std::vector<std::string>{"t:hello", "b:\x01\x02"});
  const auto held = bench.poll();
  CHECK_FALSE(held->answered());
  CHECK(bench.peer->send(ws::Opcode::text, "one", true) == SendStatus::sent);
  CHECK(held->answer() == "200 4one");
  CHECK(bench.peer->send(ws::Opcode::binary, "\x01\x02", true) == SendStatus::queued);
  CHECK(bench.poll()->answer() == "200 bAQI=");
}

TEST_CASE("a batch reaches a polling client packet by packet, a WebSocket as it is") {
  Bench bench;
  bench.open();
  CHECK(bench.peer->send(bench.batch(), 0, 1) == SendStatus::queued);
  CHECK(bench.poll()->answer() == "200 42[\"a\"]\x1e" "451-[\"b\",0]\x1e" "bYnl0ZXM=");
  KeptWebSocket websocket({4, 1});
  REQUIRE(bench.peer->probe(websocket));
  bench.peer->websocket_message(text_message("2probe"));
  CHECK(websocket.take() == std::vector<std::string>{"t:3probe"});
  CHECK(bench.peer->send(ws::Opcode::text, "between", true) == SendStatus::queued);
  bench.peer->websocket_message(text_message("5"));
  CHECK(bench.peer->send(bench.batch(), 0, 1) == SendStatus::sent);
  CHECK(websocket.take() == std::vector<std::string>{"t:4between", "batch:3"});
  CHECK(bench.poll()->answer().starts_with("400 "));
}

TEST_CASE("a body that is too large is refused, and the session lives on") {
  Bench bench;
  bench.open();
  CHECK(bench.post('4' + Bytes(1'000'000, 'x'))->answer() == "413 the body is too large");
  CHECK(bench.post("4small")->answer() == "200 ok");
  CHECK(bench.heard == std::vector<std::string>{"t:small"});
}

TEST_CASE("two polls at once, and one that was given up, end the session") {
  Bench twice;
  twice.open();
  const auto first = twice.poll();
  CHECK(twice.poll()->answer().starts_with("400 "));
  CHECK(first->answer() == "200 1");
  CHECK(twice.ended == "transport error");
  Bench gone;
  gone.open();
  gone.poll()->go();
  CHECK(gone.ended == "transport error");
}

TEST_CASE("a full queue ends the session, or loses what comes") {
  Bench cut;
  cut.open();
  CHECK(cut.peer->send(ws::Opcode::text, Bytes(90, 'x'), true) == SendStatus::queued);
  CHECK(cut.peer->send(ws::Opcode::text, Bytes(90, 'y'), true) == SendStatus::closed);
  CHECK(cut.ended.empty());  // whoever sends may have more to do with it
  CHECK(cut.peer->send(ws::Opcode::text, "z", true) == SendStatus::closed);
  cut.network.run_until_idle();
  CHECK(cut.ended == "queue full");
  Bench lossy(Transport::polling, net::SlowReaderPolicy::drop_newest);
  lossy.open();
  CHECK(lossy.peer->send(ws::Opcode::text, Bytes(90, 'x'), true) == SendStatus::queued);
  CHECK(lossy.peer->send(ws::Opcode::text, Bytes(90, 'y'), true) == SendStatus::dropped);
  CHECK(lossy.peer->stats().dropped_messages == 1);
  CHECK(lossy.poll()->answer() == "200 4" + Bytes(90, 'x'));
}

TEST_CASE("the session has its own heartbeat, over either transport") {
  Bench bench(Transport::websocket);
  KeptWebSocket websocket({4, 1});
  bench.peer->open_by_websocket(websocket);
  websocket.take();
  bench.network.advance(25s);
  CHECK(websocket.take() == std::vector<std::string>{"t:2"});
  bench.peer->websocket_message(text_message("3"));
  bench.network.advance(25s);
  CHECK(websocket.take() == std::vector<std::string>{"t:2"});
  bench.network.advance(20s);
  CHECK(bench.ended == "ping timeout");
  CHECK(websocket.closed() == "1000 ");
}

TEST_CASE("what closes a connection of the hub closes the session, with its words") {
  Bench bench(Transport::websocket);
  KeptWebSocket websocket({4, 1});
  bench.peer->open_by_websocket(websocket);
  bench.peer->close(1001, "server shutting down");
  CHECK(websocket.closed() == "1001 server shutting down");
  CHECK(bench.ended == "forced close");
  Bench polling;
  polling.open();
  const auto held = polling.poll();
  polling.peer->close(1001, "server shutting down");
  CHECK(held->answer() == "200 1");
}

TEST_CASE("a WebSocket that is not wanted any more has no part in the session") {
  Bench bench;
  bench.open();
  KeptWebSocket first({4, 1});
  REQUIRE(bench.peer->probe(first));
  KeptWebSocket second({5, 1});
  CHECK_FALSE(bench.peer->probe(second));
  bench.peer->websocket_closed(second);
  bench.peer->websocket_message(text_message("2probe"));
  CHECK(first.take() == std::vector<std::string>{"t:3probe"});
  bench.peer->websocket_closed(first);
  CHECK(bench.ended.empty());
  CHECK(bench.peer->is_open());
}

TEST_CASE("who polls and is not to be read from waits for the answer to its POST, and lives on") {
  Bench bench;
  bench.open();
  bench.pauses = true;
  const auto first = bench.post("4one\x1e" "4two");
  CHECK(bench.heard == std::vector<std::string>{"t:one", "t:two"});
  CHECK_FALSE(first->answered());
  // Its pings it can hear, but not answer.
  for (int ping = 0; ping < 5; ++ping) {
    const auto poll = bench.poll();
    bench.network.advance(25s);
    CHECK(poll->answer() == "200 2");
  }
  CHECK(bench.ended.empty());
  bench.peer->resume_reading();
  CHECK(first->answer() == "200 ok");
  bench.network.advance(1s);
  CHECK(bench.post("3")->answer() == "200 ok");
  bench.network.advance(20s);
  CHECK(bench.ended.empty());
}

TEST_CASE("a POST while another waits ends the session, and so does one that cannot be read") {
  Bench bench;
  bench.open();
  bench.pauses = true;
  const auto first = bench.post("4one");
  CHECK(bench.post("4two")->answer() == R"(400 {"code":3,"message":"Bad request"})");
  CHECK(first->answer() == "200 ok");
  CHECK(bench.heard == std::vector<std::string>{"t:one"});
  CHECK(bench.ended == "transport error");
  Bench other;
  other.open();
  other.peer->fail();
  CHECK(other.ended == "transport error");
}

TEST_CASE("a POST that waits may be given up, and an upgrade answers it") {
  Bench bench;
  bench.open();
  bench.pauses = true;
  bench.post("4one")->go();
  bench.peer->resume_reading();
  bench.pauses = false;
  CHECK(bench.post("4two")->answer() == "200 ok");
  bench.pauses = true;
  const auto held = bench.post("4three");
  KeptWebSocket websocket({4, 1});
  REQUIRE(bench.peer->probe(websocket));
  bench.peer->websocket_message(text_message("2probe"));
  bench.peer->websocket_message(text_message("5"));
  CHECK(held->answer() == "200 ok");
  CHECK_FALSE(websocket.paused());
  bench.peer->pause_reading();
  CHECK(websocket.paused());
  bench.peer->resume_reading();
  CHECK_FALSE(websocket.paused());
}

}  // namespace wsb::session
