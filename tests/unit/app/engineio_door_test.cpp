#include "core/app/engineio_door.h"

#include <catch2/catch.hpp>

#include "core/app/conformance_apps.h"
#include "tests/unit/app/socketio_stage.h"

namespace wsb::app::serving {

namespace {

struct Door {
  explicit Door(EngineioOptions options = {}, AccessGate* gate = nullptr)
      : loop(network.make_loop().value()), door(std::move(options), *loop, gate, echo) {}
  net::FakeRuntime network;
  std::unique_ptr<net::Loop> loop;
  EngineioEcho echo;
  EngineioDoor door;
};

std::vector<std::pair<std::string, std::uint64_t>> counted(const NamedCounts& counts) {
  std::vector<std::pair<std::string, std::uint64_t>> out;
  for (const auto& [name, count] : counts) {
    if (count > 0) out.emplace_back(name, count);
  }
  return out;
}
using Counted = std::vector<std::pair<std::string, std::uint64_t>>;

}  // namespace

TEST_CASE("requests go to the session that they name, others are refused in Engine.IO's words") {
  Door at;
  Poller client(at.door);
  CHECK(client.sid().size() == 22);
  CHECK(at.door.open() == 1);
  CHECK(client.post("4hello") == "200 ok");
  CHECK(client.poll() == "200 4hello");
  CHECK(client.request("GET", "EIO=4&transport=polling&sid=00nobody")->answer() ==
        R"(400 {"code":1,"message":"Session ID unknown"})");
  CHECK(client.request("GET", "EIO=4&transport=carrier")->answer() ==
        R"(400 {"code":0,"message":"Transport unknown"})");
  CHECK(client.request("PUT", "EIO=4&transport=polling")->answer() ==
        R"(400 {"code":2,"message":"Bad handshake method"})");
  CHECK(client.request("GET", "EIO=3&transport=polling")->answer() ==
        R"(400 {"code":5,"message":"Unsupported protocol version"})");
  CHECK(client.request("GET", "%")->answer() == R"(400 {"code":3,"message":"Bad request"})");
}

TEST_CASE("a session's id says which worker has it") {
  EngineioOptions options;
  options.worker = 17;
  options.workers = 20;
  Door at(options);
  const std::string sid = Poller(at.door).sid();
  CHECK(sid.starts_with("11"));
  const auto home = [&](const std::string& path, const std::string& query) {
    http::Target target;
    target.path = path;
    target.query = query;
    return at.door.home_of(target);
  };
  CHECK_FALSE(home("/socket.io/", "sid=" + sid));
  CHECK(home("/socket.io/", "sid=03abcdef") == 3);
  CHECK(home("/socket.io", "EIO=4&sid=03abcdef") == 3);
  for (const char* query : {"", "sid=", "sid=03", "sid=ffx", "sid=xxabc", "sid=%"}) {
    CHECK_FALSE(home("/socket.io/", query));
  }
  CHECK_FALSE(home("/elsewhere", "sid=03abcdef"));
}

TEST_CASE("pages of foreign origins get no session, over whatever transport") {
  AccessGate gate(AccessPolicy::load({}, false).value());
  Door at({}, &gate);
  const http::Headers foreign{{"Host", "here.test"}, {"Origin", "http://evil.test"}};
  const auto request =
      std::make_shared<net::KeptRequest>("GET", "EIO=4&transport=polling", "", foreign);
  at.door.on_request(request);
  CHECK(request->answer() == R"(403 {"code":4,"message":"Origin not allowed"})");
  http::Headers upgrade = foreign;
  upgrade.add("Upgrade", "websocket");
  const auto decision =
      at.door.on_handshake({"/socket.io/", "EIO=4&transport=websocket", upgrade, "x", false});
  REQUIRE(decision.refusal);
  CHECK(decision.refusal->status == 403);
  CHECK(gate.counters().origin == 2);
}

TEST_CASE("a WebSocket opens a session, or joins the one that it names") {
  Door at;
  net::KeptWebSocket websocket({1, 1}, "/socket.io/?EIO=4&transport=websocket");
  at.door.on_open(websocket);
  CHECK(websocket.take().front().starts_with(R"(t:0{"sid":")"));
  at.door.on_message(websocket, net::text_message("4hi"));
  CHECK(websocket.take() == std::vector<std::string>{"t:4hi"});
  Poller client(at.door);
  net::KeptWebSocket probe({2, 1}, "/socket.io/?EIO=4&transport=websocket&sid=" + client.sid());
  at.door.on_open(probe);
  at.door.on_message(probe, net::text_message("2probe"));
  CHECK(probe.take() == std::vector<std::string>{"t:3probe"});
  net::KeptWebSocket late({3, 1}, "/socket.io/?EIO=4&transport=websocket&sid=00gone");
  at.door.on_open(late);
  CHECK(late.closed() == "1000 ");
  at.door.on_close(websocket, {});
  at.network.advance(1s);
  CHECK(at.door.open() == 1);
}

TEST_CASE("a server that goes opens no session any more, and ends those that are open") {
  Door at;
  Poller client(at.door);
  const auto held = client.hold();
  at.door.refuse_further();
  CHECK(client.request("GET", "EIO=4&transport=polling")->answer().starts_with("503 "));
  bool gone = false;
  at.door.close_all(2s, [&] { gone = true; });
  at.network.advance(5s);
  CHECK(held->answer() == "200 1");
  CHECK(gone);
  CHECK(at.door.open() == 0);
}

TEST_CASE("what goes on is counted, and refusals by their cause") {
  Door at;
  Poller client(at.door);
  client.post("4hello");
  client.poll();
  const auto held = client.hold();
  net::KeptWebSocket websocket({1, 1}, "/socket.io/?EIO=4&transport=websocket");
  at.door.on_open(websocket);
  Poller other(at.door);
  net::KeptWebSocket probe({2, 1}, "/socket.io/?EIO=4&transport=websocket&sid=" + other.sid());
  at.door.on_open(probe);
  at.door.on_message(probe, net::text_message("2probe"));
  at.door.on_message(probe, net::text_message("5"));
  SocketioCounters counters = at.door.counters();
  CHECK(counters.polling == 1);
  CHECK(counters.polls_held == 1);
  CHECK(counters.websocket == 2);
  CHECK(counters.opened_polling == 2);
  CHECK(counters.opened_websocket == 1);
  CHECK(counters.upgrades == 1);
  CHECK(counters.messages_in == 1);
  CHECK(counters.messages_out == 1);
  CHECK(counters.bytes_in == 5);
  CHECK(counters.bytes_out == 5);
  client.request("GET", "EIO=4&transport=carrier");
  client.request("GET", "EIO=4&transport=polling&sid=00nobody");
  client.request("GET", "%");
  client.post("4" + std::string(2'000'000, 'x'));
  client.post("nonsense");
  at.door.on_close(websocket, {});
  at.door.refuse_further();
  client.request("GET", "EIO=4&transport=polling");
  counters = at.door.counters();
  CHECK(counters.polling == 0);
  CHECK(counters.messages_in == 1);  // what has gone counts on
  CHECK(counted(engineio_refusals_of(counters)) == Counted{{"unknown_transport", 1},
                                                           {"unknown_session", 1},
                                                           {"bad_request", 1},
                                                           {"too_large", 1},
                                                           {"shutting_down", 1}});
  CHECK(counted(engineio_closes_of(counters)) ==
        Counted{{"transport_close", 1}, {"parse_error", 1}});
}

TEST_CASE("a body in the encoding of an old client ends its session as an error of transport") {
  Door at;
  Poller client(at.door);
  const auto held = client.hold();
  const auto post = std::make_shared<net::KeptRequest>(
      "POST", "EIO=4&transport=polling&sid=" + client.sid(), "4x",
      http::Headers{{"Content-Type", "application/octet-stream"}});
  at.door.on_request(post);
  CHECK(post->answer() == R"(400 {"code":3,"message":"Bad request"})");
  CHECK(held->answer() == "200 1");
  CHECK(client.poll() == R"(400 {"code":1,"message":"Session ID unknown"})");
  CHECK(counted(engineio_closes_of(at.door.counters())) == Counted{{"transport_error", 1}});
}

TEST_CASE("a session that polls is held to the rate, until it has another transport") {
  Door at;
  ClientSlots slots(0, 0);
  LimitsConfig config;
  config.rate = "1/s,2";
  config.idle_timeout = 20s;
  ClientLimits limits(*at.loop, slots, config);
  at.door.set_limits(&limits);
  Poller client(at.door);
  CHECK(client.post("4a\x1e" "4b") == "200 ok");
  const auto third = client.send("4c\x1e" "4d\x1e" "4e");
  CHECK_FALSE(third->answered());
  CHECK(limits.counters().rate_pauses == 1);
  at.network.advance(2999ms);
  CHECK_FALSE(third->answered());
  at.network.advance(1ms);
  CHECK(third->answer() == "200 ok");
  client.poll();
  net::KeptWebSocket probe({7, 1}, "/socket.io/?EIO=4&transport=websocket&sid=" + client.sid());
  at.door.on_open(probe);
  at.door.on_message(probe, net::text_message("2probe"));
  at.door.on_message(probe, net::text_message("5"));
  Poller idle(at.door);
  at.network.advance(26s);
  CHECK(limits.counters().idle >= 1);  // the one that polls, and said and heard nothing
  CHECK(counted(engineio_closes_of(at.door.counters())).empty());  // it waits for its last poll
  CHECK(idle.poll() == "200 1");
  CHECK(counted(engineio_closes_of(at.door.counters())) == Counted{{"forced_close", 1}});
  at.door.on_close(probe, {});
}

}  // namespace wsb::app::serving
