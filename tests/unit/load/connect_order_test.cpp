#include "core/load/connect_order.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <numeric>

namespace {

using wsb::load::connect_order;
using Positions = std::vector<std::uint32_t>;

TEST_CASE("publishers come first, canaries in the middles of equal shares") {
  const auto order = connect_order(2, 8, 2, 1);
  CHECK(order.publishers == Positions{0, 1});
  CHECK(order.canaries == Positions{4, 9});
  REQUIRE(order.clients.size() == 1);
  CHECK(order.clients[0] == Positions{2, 3, 5, 6, 7, 8, 10, 11});
}

TEST_CASE("clients are dealt out to the loops in turn") {
  const auto order = connect_order(1, 5, 0, 2);
  CHECK(order.clients[0] == Positions{1, 3, 5});
  CHECK(order.clients[1] == Positions{2, 4});
  CHECK(order.canaries.empty());
}

TEST_CASE("every position is given once, for any numbers") {
  const struct {
    std::size_t publishers, clients, canaries, loops;
  } cases[] = {{1, 100, 16, 1}, {1, 1, 16, 4}, {3, 10000, 16, 7}, {1, 16, 16, 3}, {5, 3, 1000, 2}};
  for (const auto& each : cases) {
    const auto order = connect_order(each.publishers, each.clients, each.canaries, each.loops);
    Positions all = order.publishers;
    all.insert(all.end(), order.canaries.begin(), order.canaries.end());
    for (const auto& loop : order.clients) {
      CHECK(std::is_sorted(loop.begin(), loop.end()));
      all.insert(all.end(), loop.begin(), loop.end());
    }
    std::sort(all.begin(), all.end());
    Positions expected(each.publishers + each.clients + each.canaries);
    std::iota(expected.begin(), expected.end(), 0U);
    CHECK(order.canaries.size() == each.canaries);
    CHECK(all == expected);
  }
}

TEST_CASE("canaries are evenly spread among ten thousand clients") {
  const auto order = connect_order(1, 10000, 16, 2);
  for (std::size_t i = 1; i < order.canaries.size(); ++i) {
    const auto distance = order.canaries[i] - order.canaries[i - 1];
    CHECK(distance >= 625);
    CHECK(distance <= 627);
  }
  CHECK(order.canaries.front() == 314);
}

}  // namespace
