#include "core/app/socketio_client.h"

#include <catch2/catch.hpp>

#include "tests/unit/app/socketio_stage.h"

namespace wsb::app::serving {

namespace {

// The value of a string member somewhere in `text`.
std::string member(const std::string& text, const std::string& name) {
  const std::string start = '"' + name + R"(":")";
  const std::size_t begin = text.find(start);
  if (begin == std::string::npos) return {};
  const std::size_t first = begin + start.size();
  return text.substr(first, text.find('"', first) - first);
}

std::string event(const std::string& payload, int offset) {
  return R"(42["message",{"type":"broadcast","payload":)" + payload + R"(},")" +
         std::to_string(offset) + R"("])";
}

// A server that keeps three messages of each room for who comes back; the first has the id 100.
struct Stage {
  explicit Stage(AccessGate* gate = nullptr) : at(options(), gate, order()) {}
  SocketioOptions options() {
    SocketioOptions out;
    out.rooms = true;
    out.namespaces = {"/chat"};
    out.recovery = &store;
    return out;
  }
  static hub::Order order() {
    hub::Order out;
    const hub::HistoryLimits recovery{3, 1_MiB};
    out.keeper = std::make_unique<hub::Keeper>(hub::HistoryLimits{}, 100, recovery);
    out.history = false;
    out.offsets = true;
    return out;
  }

  struct Known {
    std::unique_ptr<Poller> poller;
    std::string sid;
    std::string pid;
    std::string heard;
  };
  Known connect(const std::string& auth = "", const std::string& nsp = "") {
    Known known{std::make_unique<Poller>(at.door), {}, {}, {}};
    known.poller->post("40" + nsp + auth);
    known.heard = known.poller->poll();
    known.sid = member(known.heard, "sid");
    known.pid = member(known.heard, "pid");
    return known;
  }
  Known come_back(const std::string& pid, const std::string& offset, const std::string& nsp = "") {
    return connect(R"({"pid":")" + pid + R"(","offset":")" + offset + R"("})", nsp);
  }
  void say(Known& who, const std::string& payload) {
    who.poller->post(R"(42["broadcast",)" + payload + "]");
    at.shard.flush();
  }

  RecoveryStore store{2min};
  SocketioStage at;
};

}  // namespace

TEST_CASE("who lost the connection comes back as who he was, with what others said meanwhile") {
  Stage stage;
  auto a = stage.connect();
  auto b = stage.connect();
  CHECK(b.heard == R"(200 40{"sid":")" + b.sid + R"(","pid":")" + b.pid + "\"}\x1e" +
                       R"(42["message",{"type":"welcome","message":)"
                       R"("Connected to broadcast server!"},"99"])");
  CHECK(b.pid.size() == 20);
  stage.say(a, "1");
  CHECK(b.poller->poll() == "200 " + event("1", 100));
  stage.say(b, R"("own")");
  b.poller->post("1");
  stage.say(a, "2");
  auto c = stage.come_back(b.pid, "100");
  CHECK(c.heard == R"(200 40{"sid":")" + b.sid + R"(","pid":")" + b.pid + "\"}\x1e" +
                       event("2", 102));
  CHECK(stage.at.clients.connected() == 2);
  stage.say(a, "3");
  CHECK(c.poller->poll() == "200 " + event("3", 103));
  c.poller->post("1");
  CHECK(stage.come_back(b.pid, "103").sid == b.sid);  // again, with nothing missed
  CHECK(stage.at.door.counters().recovered == 2);
  CHECK(stage.at.log.lines.back().starts_with("A user is back: " + b.sid));
}

TEST_CASE("rooms are those that he was in when he was lost") {
  Stage stage;
  auto a = stage.connect();
  auto b = stage.connect();
  b.poller->post(R"(420["join","red"])");
  CHECK(b.poller->poll() == R"(200 430[{"ok":true}])");
  b.poller->post("1");
  a.poller->post(R"(42["to","red","in red"])");
  stage.say(a, R"("for all")");
  auto c = stage.come_back(b.pid, "99");
  CHECK(c.heard.starts_with("200 40{"));
  CHECK(c.heard.ends_with('\x1e' + event(R"("in red")", 100) + '\x1e' +
                          event(R"("for all")", 101)));
  a.poller->post(R"(42["to","red","again"])");
  stage.at.shard.flush();
  CHECK(c.poller->poll() == "200 " + event(R"("again")", 102));
}

TEST_CASE("who missed too much, or more than can be known, is connected anew") {
  Stage stage;
  auto a = stage.connect();
  for (const char* offset : {"99", "x", "", "7"}) {
    auto b = stage.connect();
    b.poller->post("1");
    for (const char* text : {"1", "2", "3", "4"}) stage.say(a, text);
    const auto c = stage.come_back(b.pid, offset);
    CHECK(c.sid != b.sid);
    CHECK(c.pid != b.pid);
    CHECK(c.heard.find("welcome") != std::string::npos);
    CHECK(c.heard.find("broadcast\"") == std::string::npos);
  }
  CHECK(stage.at.door.counters().recovery_gaps == 4);
  CHECK(stage.at.door.counters().recovered == 0);
}

TEST_CASE("who leaves for good, breaks the protocol or comes too late is not known any more") {
  Stage stage;
  auto left = stage.connect();
  left.poller->post("41");
  CHECK(stage.come_back(left.pid, "99").sid != left.sid);
  auto bad = stage.connect();
  bad.poller->post("4nonsense");
  CHECK(stage.come_back(bad.pid, "99").sid != bad.sid);
  auto late = stage.connect();
  late.poller->post("1");
  CHECK(stage.at.door.counters().recoverable == 1);
  CHECK(stage.come_back(late.pid, "99", "/chat,").sid != late.sid);  // another namespace
  stage.at.network.advance(2min);
  CHECK(stage.come_back(late.pid, "99").sid != late.sid);
  const SocketioCounters counters = stage.at.door.counters();
  CHECK(counters.recovery_unknown == 4);
  CHECK(counters.recovery_expired >= 1);
  CHECK(counters.recovered == 0);
}

TEST_CASE("who is back before his loss was noticed takes the place of the lost connection") {
  Stage stage;
  auto a = stage.connect();
  auto b = stage.connect();
  const auto held = b.poller->hold();
  auto c = stage.come_back(b.pid, "99");
  CHECK(c.sid == b.sid);
  CHECK(held->answer() == "200 1");
  stage.say(a, "1");
  CHECK(c.poller->poll() == "200 " + event("1", 100));
  CHECK(stage.at.clients.connected() == 2);
}

TEST_CASE("a namespace has a pid of its own, and each is found again in it") {
  Stage stage;
  auto a = stage.connect("", "/chat,");
  auto b = stage.connect("", "/chat,");
  b.poller->post("1");
  a.poller->post(R"(42/chat,["broadcast",1])");
  stage.at.shard.flush();
  const auto c = stage.come_back(b.pid, "99", "/chat,");
  CHECK(c.sid == b.sid);
  CHECK(c.heard.ends_with(R"(42/chat,["message",{"type":"broadcast","payload":1},"100"])"));
}

TEST_CASE("who comes back needs credentials as anybody else") {
  AccessConfig config;
  config.token = "secret";
  AccessGate gate(AccessPolicy::load(config, true).value());
  Stage stage(&gate);
  auto b = stage.connect(R"({"token":"secret"})");
  b.poller->post("1");
  CHECK(stage.come_back(b.pid, "99").heard.starts_with(R"(200 44{"message":"unauthorized")"));
  const auto c = stage.connect(R"({"token":"secret","pid":")" + b.pid + R"(","offset":"99"})");
  CHECK(c.sid == b.sid);
}

}  // namespace wsb::app::serving
