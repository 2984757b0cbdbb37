#include "core/net/connection_ids.h"

#include <catch2/catch.hpp>

namespace wsb::net {
namespace {

TEST_CASE("slots are dense and used again, generations are not") {
  ConnectionIds ids;
  const ConnectionId a = ids.take();
  const ConnectionId b = ids.take();
  CHECK(a.slot == 0);
  CHECK(b.slot == 1);
  CHECK(a.valid());
  ids.give_back(a);
  CHECK_FALSE(ids.is_live(a));
  CHECK(ids.is_live(b));
  const ConnectionId c = ids.take();
  CHECK(c.slot == a.slot);
  CHECK(c != a);
  CHECK_FALSE(ids.is_live(a));
  CHECK(ids.is_live(c));
  CHECK(ids.take().slot == 2);
}

TEST_CASE("loops of different numbers never give the same id") {
  ConnectionIds one(1);
  ConnectionIds last(ConnectionIds::kLoops - 1);
  ConnectionIds other(0);
  for (int i = 0; i < 3; ++i) {
    const ConnectionId a = one.take();
    const ConnectionId b = last.take();
    const ConnectionId c = other.take();
    CHECK(a.slot == b.slot);
    CHECK(a != b);
    CHECK(a != c);
    CHECK(b != c);
    CHECK(c.generation == static_cast<std::uint32_t>(i) + 1);
    one.give_back(a);
    last.give_back(b);
    other.give_back(c);
  }
}

TEST_CASE("an id that was never taken is not live") {
  const ConnectionIds ids;
  CHECK_FALSE(ids.is_live(ConnectionId{}));
  CHECK_FALSE(ids.is_live(ConnectionId{3, 1}));
}

}  // namespace
}  // namespace wsb::net
