#include "core/app/spread_close.h"

#include <catch2/catch.hpp>
#include <vector>

#include "tests/support/fake_net.h"

using namespace wsb;
using namespace wsb::app;

TEST_CASE("all are closed in order, evenly, within the time") {
  net::FakeRuntime network;
  const auto loop = network.make_loop().value();
  std::vector<std::size_t> closed;
  SpreadClose closing(*loop);
  closing.start(1000, std::chrono::milliseconds(100), [&](std::size_t i) { closed.push_back(i); });
  CHECK(closed.size() == 100);
  network.advance(std::chrono::milliseconds(45));
  CHECK(closed.size() == 500);
  network.advance(std::chrono::milliseconds(45));
  REQUIRE(closed.size() == 1000);
  for (std::size_t i = 0; i < closed.size(); ++i) CHECK(closed[i] == i);
  network.advance(std::chrono::seconds(1));
  CHECK(closed.size() == 1000);
}

TEST_CASE("without time all are closed at once, and nobody is no error") {
  net::FakeRuntime network;
  const auto loop = network.make_loop().value();
  int closed = 0;
  SpreadClose at_once(*loop);
  at_once.start(3, Duration::zero(), [&](std::size_t) { ++closed; });
  CHECK(closed == 3);
  SpreadClose nobody(*loop);
  nobody.start(0, std::chrono::seconds(1), [&](std::size_t) { ++closed; });
  network.advance(std::chrono::seconds(2));
  CHECK(closed == 3);
}

TEST_CASE("a round that is destroyed closes nobody any more") {
  net::FakeRuntime network;
  const auto loop = network.make_loop().value();
  int closed = 0;
  {
    SpreadClose closing(*loop);
    closing.start(10, std::chrono::milliseconds(100), [&](std::size_t) { ++closed; });
  }
  network.advance(std::chrono::seconds(1));
  CHECK(closed == 1);
}

TEST_CASE("the spread is a millisecond a client, and at most half of the window") {
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  CHECK(spread_for(0, seconds(10)) == Duration::zero());
  CHECK(spread_for(20, seconds(10)) == milliseconds(20));
  CHECK(spread_for(100'000, seconds(10)) == seconds(5));
  CHECK(spread_for(100, Duration::zero()) == Duration::zero());
}
