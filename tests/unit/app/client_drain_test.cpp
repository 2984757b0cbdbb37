#include "core/app/client_drain.h"

#include <catch2/catch.hpp>

#include "core/base/limits.h"

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
  CHECK(drain.step(kStart + 1009ms, {}) == Action::none);
  CHECK(drain.step(kStart + 1010ms, {}) == Action::close);
  CHECK_FALSE(drain.due());
  CHECK(drain.step(kStart + 10s, {}) == Action::none);
}

TEST_CASE("each message begins the silence anew") {
  Drain drain(plan());
  REQUIRE(drain.begin(kStart) == Action::ping);
  drain.on_pong(kStart);
  drain.on_message(kStart + 900ms);
  CHECK(drain.step(kStart + 1899ms, {}) == Action::none);
  CHECK(drain.due() == kStart + 1900ms);
  CHECK(drain.step(kStart + 1900ms, {}) == Action::close);
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
  CHECK(drain.step(kStart + 4999ms, {}) == Action::none);
  SECTION("and waits for silence if messages still come") {
    drain.on_message(kStart + 4900ms);
    CHECK(drain.step(kStart + 5s, {}) == Action::none);
    CHECK(drain.step(kStart + 5900ms, {}) == Action::close);
  }
  SECTION("the linger time later if it was silent all the time") {
    CHECK(drain.step(kStart + 5s, {}) == Action::close);
  }
}

TEST_CASE("the limit for the pong begins when the backlog stops moving") {
  Drain drain(plan());
  REQUIRE(drain.begin(kStart) == Action::ping);
  CHECK(drain.step(kStart + 5s, {.backlog = 1000}) == Action::none);
  CHECK(drain.due() == kStart + 10s);
  CHECK(drain.step(kStart + 10s, {.backlog = 500}) == Action::none);
  CHECK(drain.due() == kStart + 15s);
  CHECK(drain.step(kStart + 15s, {.backlog = 500}) == Action::close);
}

TEST_CASE("silence does not count while our own reader is slow") {
  Drain drain(plan());
  REQUIRE(drain.begin(kStart) == Action::ping);
  drain.on_pong(kStart);
  CHECK(drain.step(kStart + 1s, {.reading_paused = true}) == Action::none);
  CHECK(drain.due() == kStart + 2s);
  CHECK(drain.step(kStart + 2s, {}) == Action::close);
}

DrainView arriving(std::uint64_t bytes_in) { return {.bytes_in = bytes_in, .in_message = true}; }

TEST_CASE("a message that is still arriving is no silence") {
  Drain drain(plan());
  REQUIRE(drain.begin(kStart) == Action::ping);
  SECTION("while the pong is awaited: it comes behind the message") {
    CHECK(drain.step(kStart + 5s, arriving(100)) == Action::none);
    CHECK(drain.due() == kStart + 10s);
    CHECK(drain.step(kStart + 10s, arriving(200)) == Action::none);
    CHECK(drain.due() == kStart + 15s);
    CHECK(drain.step(kStart + 15s, arriving(200)) == Action::close);
  }
  SECTION("while lingering: what counts is that bytes have come since the last look") {
    drain.on_pong(kStart);
    CHECK(drain.step(kStart + 1s, arriving(100)) == Action::none);
    CHECK(drain.due() == kStart + 2s);
    CHECK(drain.step(kStart + 2s, arriving(100)) == Action::close);
  }
  SECTION("but pings of the peer between messages are") {
    drain.on_pong(kStart);
    CHECK(drain.step(kStart + 1s, {.bytes_in = 100}) == Action::close);
  }
  SECTION("and a trickle does not hold it for ever") {
    drain.on_pong(kStart);
    const TimePoint last = kStart + limits::kLastMessageWait;
    std::uint64_t bytes = 0;
    for (TimePoint now = kStart + 1s; now < last; now += 1s) {
      REQUIRE(drain.step(now, arriving(++bytes)) == Action::none);
    }
    CHECK(drain.step(last, arriving(++bytes)) == Action::close);
  }
}

TEST_CASE("with a linger time of 0 the pong is enough") {
  DrainPlan quick = plan();
  quick.linger = 0s;
  Drain drain(quick);
  REQUIRE(drain.begin(kStart) == Action::ping);
  drain.on_pong(kStart + 1ms);
  CHECK(drain.step(kStart + 1ms, {}) == Action::close);
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
    CHECK(drain.step(kStart + 24h, {}) == Action::none);
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
