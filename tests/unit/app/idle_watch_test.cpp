#include "core/app/idle_watch.h"

#include <catch2/catch.hpp>

#include "tests/support/fake_net.h"
#include "tests/unit/app/held_connection.h"

using namespace wsb;
using namespace wsb::app;
using namespace wsb::app::serving;

namespace {

struct Stage {
  explicit Stage(Duration timeout)
      : watch(*loop, timeout, [this](net::Connection& connection) {
          told.push_back(connection.id().slot);
        }) {}

  net::FakeRuntime network;
  std::unique_ptr<net::Loop> loop = network.make_loop().value();
  std::vector<std::uint32_t> told;
  IdleWatch watch;
};

}  // namespace

TEST_CASE("a client with messages either way is not idle, one without is told of once") {
  Stage stage(8s);
  HeldConnection quiet(0);
  HeldConnection talker(1);
  HeldConnection listener(4);
  for (HeldConnection* each : {&quiet, &talker, &listener}) {
    each->numbers.messages_out = 1;
    stage.watch.opened(*each);
  }
  for (int second = 0; second < 60; ++second) {
    if (second % 6 == 0) ++talker.numbers.messages_in;
    if (second % 7 == 0) ++listener.numbers.messages_out;
    stage.network.advance(1s);
    if (second < 7) CHECK(stage.told.empty());
  }
  CHECK(stage.told == std::vector<std::uint32_t>{0});
  stage.watch.closed(quiet.id());
  stage.network.advance(11s);
  CHECK(stage.told.size() == 3);
}

TEST_CASE("it is told of a quarter late at most, and five seconds") {
  for (const Duration timeout : {Duration(1s), Duration(60s)}) {
    Stage stage(timeout);
    HeldConnection client(0);
    stage.watch.opened(client);
    stage.network.advance(timeout - 1ms);
    CHECK(stage.told.empty());
    stage.network.advance(std::min(timeout / 4, Duration(5s)) + 1ms);
    CHECK(stage.told.size() == 1);
  }
}

TEST_CASE("a client for which bytes wait is not idle") {
  Stage stage(1s);
  HeldConnection client(0);
  client.numbers.backlog_bytes = 1;
  stage.watch.opened(client);
  stage.network.advance(1min);
  CHECK(stage.told.empty());
  client.numbers.backlog_bytes = 0;
  stage.network.advance(2s);
  CHECK(stage.told.size() == 1);
}

TEST_CASE("without clients it does not look, and looks again with the next") {
  Stage stage(1s);
  HeldConnection client(0);
  stage.watch.opened(client);
  stage.watch.closed(client.id());
  stage.network.run_until_idle();
  HeldConnection next(0, 2);
  stage.watch.opened(next);
  stage.network.advance(2s);
  CHECK(stage.told.size() == 1);
}
