#include "core/app/worker_meter.h"

#include <catch2/catch.hpp>

#include "core/net/connection_ids.h"
#include "tests/unit/app/serve_stage.h"

using namespace wsb;
using namespace wsb::app;
using namespace wsb::app::serving;

namespace {

// A relay whose only worker is measured.
struct Stage {
  Stage() : server(ServeMode::raw), meter(loop(), *at().peers, *at().shard) {
    at().listener.reset();
    auto sockets = server.network.open_listen_sockets("127.0.0.1", 0, 1).value();
    server.port = sockets.front().port();
    at().listener =
        server.network.listen(loop(), std::move(sockets.front()), {}, meter, server.http).value();
    loop().set_turn_end(&meter);
  }
  ~Stage() {
    loop().set_turn_end(nullptr);
    at().listener.reset();
  }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  FakeServer::Worker& at() { return *server.workers[0]; }
  net::Loop& loop() { return *at().loop; }

  FakeServer server;
  WorkerMeter meter;
};

}  // namespace

TEST_CASE("messages and bytes of all clients are counted, of those that left too") {
  Stage stage;
  Client& first = stage.server.connect();
  Client& second = stage.server.connect();
  PeerTotals expected = stage.meter.measures().peers;
  CHECK(expected.messages_out == 0);
  CHECK(expected.wire_bytes_out > 2 * 100);  // two handshakes
  first.say("hello");
  stage.server.settle();
  CHECK(second.received == std::vector<std::string>{"hello"});
  expected.messages_in = 1;
  expected.messages_out = 1;
  expected.wire_bytes_in = 2 + 4 + 5;
  expected.wire_bytes_out += 2 + 5;
  CHECK(stage.meter.measures().peers == expected);
  second.connection->close(1000, "");
  stage.server.settle();
  CHECK(second.ended);
  const PeerTotals after = stage.meter.measures().peers;
  CHECK(after.messages_out == 1);
  CHECK(after.messages_in == 1);
  CHECK(after.backlogged == 0);
}

TEST_CASE("each batch gives one time of its fan-out, and none without a message") {
  Stage stage;
  Client& first = stage.server.connect();
  stage.server.connect();
  CHECK(stage.meter.measures().fanout.count() == 0);
  first.say("a");
  stage.server.settle();
  first.say("b");
  stage.server.settle();
  CHECK(stage.meter.measures().fanout.count() == 2);
  stage.meter.flush();
  CHECK(stage.meter.measures().fanout.count() == 2);
}

TEST_CASE("a loop that is late shows its worst lag, for ten seconds at most") {
  class LateLoop final : public net::Loop {
   public:
    [[nodiscard]] TimePoint now() const override { return time; }
    net::TimerId schedule(TimePoint when, std::function<void()> action) override {
      due = when;
      next = std::move(action);
      return {1};
    }
    void cancel(net::TimerId) override {}
    [[nodiscard]] bool post(std::function<void()>) override { return false; }
    void watch_readable(int, std::function<void()>) override {}
    void unwatch(int) override {}
    [[nodiscard]] net::ConnectionIds& ids() override { return ids_; }
    void set_turn_end(net::TurnEnd*) override {}
    void run() override {}
    void stop() override {}
    void beat(Duration late) {
      time = due + late;
      const auto action = std::move(next);
      action();
    }
    TimePoint time{std::chrono::hours(1)};
    TimePoint due{};
    std::function<void()> next;
    net::ConnectionIds ids_;
  };
  FakeServer server(ServeMode::raw);
  LateLoop loop;
  WorkerMeter meter(loop, *server.workers[0]->peers, *server.workers[0]->shard);
  meter.start();
  CHECK(meter.measures().loop_lag == Duration::zero());
  loop.beat(std::chrono::milliseconds(30));
  loop.beat(std::chrono::milliseconds(2));
  CHECK(meter.measures().loop_lag == std::chrono::milliseconds(30));
  for (int i = 0; i < 48; ++i) loop.beat(Duration::zero());
  CHECK(meter.measures().loop_lag == std::chrono::milliseconds(30));
  for (int i = 0; i < 50; ++i) loop.beat(std::chrono::milliseconds(1));
  CHECK(meter.measures().loop_lag == std::chrono::milliseconds(1));
}
