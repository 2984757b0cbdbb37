#include "core/app/client_drain.h"

#include <catch2/catch.hpp>

namespace wsb::app {
namespace {

using Action = Drain::Action;

constexpr TimePoint kStart{1h};

DrainPlan plan() {
  DrainPlan out;
  out.linger = 1s;
  out.pong_limit = 5s;
  return out;
}

TEST_CASE("after the end of input: a ping, its pong, silence, then the close") {
  Drain drain(plan());
  CHECK_FALSE(drain.begun());
  CHECK(drain.begin(kStart) == Action::ping);
  CHECK(drain.begun());
  CHECK(drain.due() == kStart + 5s);
  drain.on_pong(kStart + 10ms);
  CHECK(drain.due() == kStart + 1010ms);
  CHECK(drain.step(kStart + 1009ms, 0, false) == Action::none);
  CHECK(drain.step(kStart + 1010ms, 0, false) == Action::close);
  CHECK_FALSE(drain.due());
  CHECK(drain.step(kStart + 10s, 0, false) == Action::none);
}

TEST_CASE("each message begins the silence anew") {
  Drain drain(plan());
  REQUIRE(drain.begin(kStart) == Action::ping);
  drain.on_pong(kStart);
  drain.on_message(kStart + 900ms);
  CHECK(drain.step(kStart + 1899ms, 0, false) == Action::none);
  CHECK(drain.due() == kStart + 1900ms);
  CHECK(drain.step(kStart + 1900ms, 0, false) == Action::close);
}

TEST_CASE("a message before the pong does not count as silence after it") {
  Drain drain(plan());
  REQUIRE(drain.begin(kStart) == Action::ping);
  drain.on_message(kStart + 100ms);
  drain.on_pong(kStart + 2s);
  CHECK(drain.due() == kStart + 3s);
}

TEST_CASE("without a pong it goes on after the limit") {
  Drain drain(plan());
  REQUIRE(drain.begin(kStart) == Action::ping);
  CHECK(drain.step(kStart + 4999ms, 0, false) == Action::none);
  SECTION("and waits for silence if messages still come") {
    drain.on_message(kStart + 4900ms);
    CHECK(drain.step(kStart + 5s, 0, false) == Action::none);
    CHECK(drain.step(kStart + 5900ms, 0, false) == Action::close);
  }
  SECTION("the linger time later if it was silent all the time") {
    CHECK(drain.step(kStart + 5s, 0, false) == Action::close);
  }
}

TEST_CASE("the limit for the pong begins when the backlog stops moving") {
  Drain drain(plan());
  REQUIRE(drain.begin(kStart) == Action::ping);
  CHECK(drain.step(kStart + 5s, 1000, false) == Action::none);
  CHECK(drain.due() == kStart + 10s);
  CHECK(drain.step(kStart + 10s, 500, false) == Action::none);
  CHECK(drain.due() == kStart + 15s);
  CHECK(drain.step(kStart + 15s, 500, false) == Action::close);
}

TEST_CASE("silence does not count while our own reader is slow") {
  Drain drain(plan());
  REQUIRE(drain.begin(kStart) == Action::ping);
  drain.on_pong(kStart);
  CHECK(drain.step(kStart + 1s, 0, true) == Action::none);
  CHECK(drain.due() == kStart + 2s);
  CHECK(drain.step(kStart + 2s, 0, false) == Action::close);
}

TEST_CASE("with a linger time of 0 the pong is enough") {
  DrainPlan quick = plan();
  quick.linger = 0s;
  Drain drain(quick);
  REQUIRE(drain.begin(kStart) == Action::ping);
  drain.on_pong(kStart + 1ms);
  CHECK(drain.step(kStart + 1ms, 0, false) == Action::close);
}

TEST_CASE("to close at once, to hold, and to wait for replies need no barrier") {
  DrainPlan other = plan();
  SECTION("close") {
    other.at_end = EndOfInput::close;
    Drain drain(other);
    CHECK(drain.begin(kStart) == Action::close);
    CHECK_FALSE(drain.due());
  }
  SECTION("hold") {
    other.at_end = EndOfInput::hold;
    Drain drain(other);
    CHECK(drain.begin(kStart) == Action::none);
    CHECK_FALSE(drain.due());
    CHECK(drain.step(kStart + 24h, 0, false) == Action::none);
  }
  SECTION("replies") {
    other.for_replies = true;
    Drain drain(other);
    CHECK(drain.begin(kStart) == Action::none);
    CHECK_FALSE(drain.due());
  }
}

}  // namespace
}  // namespace wsb::app
