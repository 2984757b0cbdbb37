#include "core/app/serve_events.h"

#include <catch2/catch.hpp>
#include <thread>

using namespace wsb::app;
using Clock = std::chrono::steady_clock;
using Kind = ServeEvent::Kind;

TEST_CASE("events come in order, and none when the time has passed") {
  ServeEvents events;
  CHECK_FALSE(events.take(Clock::now()).has_value());
  events.post({Kind::started, 1});
  events.post({Kind::ended, 2});
  const auto first = events.take(Clock::now());
  const auto second = events.take(Clock::now());
  REQUIRE(first.has_value());
  REQUIRE(second.has_value());
  CHECK(first->kind == Kind::started);
  CHECK(first->number == 1);
  CHECK(second->kind == Kind::ended);
  CHECK(second->number == 2);
  CHECK_FALSE(events.take(Clock::now()).has_value());
}

TEST_CASE("an event of another thread ends the wait") {
  ServeEvents events;
  std::thread worker([&] { events.post({Kind::quiet, 3}); });
  const auto event = events.take(Clock::now() + std::chrono::seconds(30));
  worker.join();
  REQUIRE(event.has_value());
  CHECK(event->kind == Kind::quiet);
}
