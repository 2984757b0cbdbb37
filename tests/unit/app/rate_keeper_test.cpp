#include "core/app/rate_keeper.h"

#include <catch2/catch.hpp>

#include "tests/support/fake_net.h"
#include "tests/unit/app/held_connection.h"

using namespace wsb;
using namespace wsb::app;
using namespace wsb::app::serving;
using Reason = ReadingHolds::Reason;

namespace {

struct Stage {
  explicit Stage(std::string_view rate) : keeper(*loop, holds, parse_rate_limit(rate).value()) {
    keeper.opened(client);
  }
  // Messages that get through at once, of `wanted`.
  int say(int wanted) {
    int said = 0;
    for (; said < wanted && !client.paused; ++said) keeper.spoken(client);
    return said;
  }

  net::FakeRuntime network;
  std::unique_ptr<net::Loop> loop = network.make_loop().value();
  ReadingHolds holds;
  HeldConnection client{1};
  RateKeeper keeper;
};

}  // namespace

TEST_CASE("a burst gets through, and one more that is paid for later") {
  Stage stage("1/s,5");
  CHECK(stage.say(100) == 6);
  CHECK(stage.keeper.pauses() == 1);
  stage.network.advance(999ms);
  CHECK(stage.client.paused);
  stage.network.advance(1ms);
  CHECK_FALSE(stage.client.paused);
  CHECK(stage.say(100) == 1);  // the second that has passed has paid for the sixth
  CHECK(stage.keeper.pauses() == 2);
}

TEST_CASE("who keeps to the rate is never held") {
  Stage stage("10/s,1");
  for (int i = 0; i < 100; ++i) {
    CHECK(stage.say(1) == 1);
    CHECK_FALSE(stage.client.paused);
    stage.network.advance(100ms);
  }
  CHECK(stage.keeper.pauses() == 0);
}

TEST_CASE("who always sends gets the rate, in few pauses") {
  Stage stage("1000/s,10");
  int said = 0;
  for (int ms = 0; ms < 10'000; ++ms) {
    said += stage.say(1000);
    stage.network.advance(1ms);
  }
  CHECK(said >= 10'000);
  CHECK(said <= 10'000 + 11);
  CHECK(stage.keeper.pauses() <= 1'001);  // of ten messages each
}

TEST_CASE("a pause for another reason is not undone") {
  Stage stage("1/s,1");
  CHECK(stage.say(10) == 2);
  stage.holds.hold(stage.client, Reason::unread_echo);
  stage.network.advance(10s);
  CHECK(stage.client.paused);
  stage.holds.release(stage.client, Reason::unread_echo);
  CHECK_FALSE(stage.client.paused);
}

TEST_CASE("a client that leaves while it is held leaves nothing behind") {
  Stage stage("1/s,1");
  stage.say(10);
  stage.keeper.closed(stage.client.id());
  stage.holds.forget(stage.client.id());
  stage.network.advance(10s);
  HeldConnection next(1, 2);
  stage.keeper.opened(next);
  stage.keeper.spoken(next);
  CHECK_FALSE(next.paused);
}

TEST_CASE("messages that come in one piece are all paid for, in one pause") {
  Stage stage("1/s,5");
  for (int i = 0; i < 15; ++i) stage.keeper.spoken(stage.client);
  CHECK(stage.client.paused);
  stage.network.advance(9999ms);
  CHECK(stage.client.paused);
  stage.network.advance(1ms);
  CHECK_FALSE(stage.client.paused);
  CHECK(stage.keeper.pauses() == 1);
  CHECK(stage.say(100) == 1);
}
