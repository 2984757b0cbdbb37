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

}  // namespace wsb::app::serving
