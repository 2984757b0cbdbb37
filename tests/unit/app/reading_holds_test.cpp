#include "core/app/reading_holds.h"

#include <catch2/catch.hpp>

#include "tests/unit/app/held_connection.h"

using namespace wsb::app;
using namespace wsb::app::serving;
using Reason = ReadingHolds::Reason;

TEST_CASE("reading goes on when the last reason is gone") {
  ReadingHolds holds;
  HeldConnection connection(3);
  holds.hold(connection, Reason::unread_echo);
  CHECK(connection.paused);
  holds.hold(connection, Reason::rate);
  holds.hold(connection, Reason::rate);
  CHECK(connection.pauses == 1);
  holds.release(connection, Reason::unread_echo);
  CHECK(connection.paused);
  CHECK(holds.held(connection.id(), Reason::rate));
  CHECK_FALSE(holds.held(connection.id(), Reason::unread_echo));
  holds.release(connection, Reason::unread_echo);
  CHECK(connection.paused);
  holds.release(connection, Reason::rate);
  CHECK_FALSE(connection.paused);
}

TEST_CASE("a slot that is used again has no reasons") {
  ReadingHolds holds;
  HeldConnection first(0);
  holds.forget(first.id());
  holds.hold(first, Reason::rate);
  holds.forget(first.id());
  HeldConnection second(0, 2);
  holds.release(second, Reason::rate);
  holds.hold(second, Reason::unread_echo);
  CHECK(second.paused);
  holds.release(second, Reason::unread_echo);
  CHECK_FALSE(second.paused);
}
