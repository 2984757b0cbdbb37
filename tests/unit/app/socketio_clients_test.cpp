#include "core/app/socketio_clients.h"

#include <catch2/catch.hpp>

#include "tests/unit/app/socketio_stage.h"

namespace wsb::app::serving {

TEST_CASE("who joins is welcomed, after the answer to his CONNECT") {
  SocketioStage at;
  Poller client(at.door);
  client.post("40");
  const std::string heard = client.poll();
  CHECK(heard.starts_with(R"(200 40{"sid":")"));
  CHECK(heard.ends_with("\x1e" R"(42["message",{"type":"welcome","message":)"
                        R"("Connected to broadcast server!"}])"));
  CHECK(at.clients.connected() == 1);
  CHECK(at.log.lines.front().starts_with("A user connected: "));
}

TEST_CASE("a broadcast reaches everyone else, plain clients too, and its ack says how many") {
  SocketioStage at;
  const auto a = at.join();
  const auto b = at.join();
  net::KeptWebSocket plain({90, 1});
  at.shard.join(plain, session::Encoding::plain);
  a->post(R"(420["broadcast",{"x":1}])");
  at.network.advance(0s);
  CHECK(b->poll() == R"(200 42["message",{"type":"broadcast","payload":{"x":1}}])");
  CHECK(plain.take() == std::vector<std::string>{"batch:1"});
  CHECK(a->poll() == "200 430[2]");
  at.shard.publish(plain.id(), ws::Opcode::binary, "\x01\x02");
  at.network.advance(0s);
  at.shard.flush();
  CHECK(b->poll() == R"(200 451-["message",{"type":"broadcast","payload":)"
                     R"({"_placeholder":true,"num":0}}])" "\x1e" "bAQI=");
}

TEST_CASE("of a binary event the attachments of its first argument go along, numbered anew") {
  SocketioStage at;
  const auto a = at.join();
  const auto b = at.join();
  a->post(R"(452-["broadcast",{"p":{"_placeholder":true,"num":1}},{"_placeholder":true,"num":0}])"
          "\x1e" "bAQ==" "\x1e" "bAg==");
  at.shard.flush();
  CHECK(b->poll() == R"(200 451-["message",{"type":"broadcast","payload":)"
                     R"({"p":{"_placeholder":true,"num":0}}}])" "\x1e" "bAg==");
}

TEST_CASE("namespaces are apart, and only those that the server knows exist") {
  SocketioOptions options;
  options.namespaces = {"/chat", "/dyn-*"};
  SocketioStage at(options);
  const auto main = at.join();
  const auto chat = at.join("/chat");
  const auto other = at.join("/chat");
  const auto dynamic = at.join("/dyn-7");
  chat->post(R"(42/chat,["broadcast","hi"])");
  at.shard.flush();
  CHECK(other->poll() == R"(200 42/chat,["message",{"type":"broadcast","payload":"hi"}])");
  const auto quiet = main->hold();
  const auto also_quiet = dynamic->hold();
  CHECK_FALSE(quiet->answered());
  CHECK_FALSE(also_quiet->answered());
  Poller lost(at.door);
  lost.post("40/nowhere,");
  CHECK(lost.poll() == R"(200 44/nowhere,{"message":"Invalid namespace"})");
}

TEST_CASE("with rooms, clients join, leave and speak to one") {
  SocketioOptions options;
  options.rooms = true;
  SocketioStage at(options);
  const auto a = at.join();
  const auto b = at.join();
  b->post(R"(420["join","red"])");
  CHECK(b->poll() == R"(200 430[{"ok":true}])");
  a->post(R"(421["to","red","psst"])");
  CHECK(a->poll() == "200 431[1]");
  CHECK(b->poll() == R"(200 42["message",{"type":"broadcast","payload":"psst"}])");
  b->post(R"(422["leave","red"])");
  CHECK(b->poll() == R"(200 432[{"ok":true}])");
  a->post(R"(423["to","red","psst"])");
  CHECK(a->poll() == "200 433[0]");
  a->post(R"(424["join",7])");
  CHECK(a->poll() ==
        R"(200 434[{"ok":false,"error":"the first argument is the name of a room"}])");
}

TEST_CASE("who brings no good token is told so, and not let in") {
  AccessConfig config;
  config.token = "secret";
  AccessGate gate(AccessPolicy::load(config, true).value());
  SocketioStage at({}, &gate);
  Poller stranger(at.door);
  stranger.post("40");
  CHECK(stranger.poll() == R"(200 44{"message":"unauthorized","data":{"code":401,)"
                           R"("message":"this server asks for credentials"}})");
  Poller guest(at.door);
  guest.post(R"(40{"token":"secret"})");
  CHECK(guest.poll().starts_with(R"(200 40{"sid":")"));
  CHECK(at.clients.connected() == 1);
}

TEST_CASE("who leaves or breaks the protocol is gone from his rooms") {
  SocketioStage at;
  const auto a = at.join();
  const auto b = at.join();
  const auto c = at.join();
  b->post("41");
  CHECK(at.clients.connected() == 2);
  CHECK(c->post("4nonsense") == "200 ok");
  CHECK(c->poll().starts_with("400 "));
  at.network.advance(1s);
  CHECK(at.clients.connected() == 1);
  a->post(R"(420["broadcast","anyone?"])");
  CHECK(a->poll() == "200 430[0]");
  CHECK(at.door.open() == 2);
}

TEST_CASE("who joins nothing in time is cut") {
  SocketioStage at;
  Poller idle(at.door);
  const auto held = idle.hold();
  at.network.advance(24s);
  CHECK_FALSE(held->answered());
  at.network.advance(1s);
  CHECK(held->answer() == "200 2");
  idle.post("3");
  const auto again = idle.hold();
  at.network.advance(20s);
  CHECK(again->answered());
  at.network.advance(1s);
  CHECK(at.door.open() == 0);
}

TEST_CASE("who wants rooms where there are none is told of in the log, once in a while") {
  SocketioStage at;
  const auto a = at.join();
  const auto b = at.join();
  at.log.lines.clear();
  a->post(R"(42["join","red"])");
  a->post(R"(42["leave","red"])");
  b->post(R"(42["join","red"])");
  b->post(R"(42["else"])");
  CHECK(at.log.lines == std::vector<std::string>{"a client emits 'join', which does nothing here: "
                                                 "rooms need --rooms"});
}

TEST_CASE("clients are counted, and those that are refused by cause") {
  SocketioStage at;
  const auto a = at.join();
  Poller lost(at.door);
  lost.post("40/nowhere,");
  at.join()->post("4nonsense");
  SocketioCounters counters = at.door.counters();
  CHECK(counters.sockets == 1);
  CHECK(counters.invalid_namespace == 1);
  CHECK(counters.protocol_errors == 1);
  lost.poll();
  at.network.advance(25s);
  lost.poll();
  lost.post("3");
  at.network.advance(20s);
  counters = at.door.counters();
  CHECK(counters.connect_timeouts == 1);
  CHECK(counters.unauthorized == 0);
}

}  // namespace wsb::app::serving
