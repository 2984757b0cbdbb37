#include "core/load/relay_shape.h"

#include <catch2/catch.hpp>

namespace {

using namespace wsb::load;

ProbeCopies copies(std::array<std::uint64_t, 5> receivers, std::array<std::uint64_t, 5> self) {
  return {receivers, self, 100};
}

TEST_CASE("the shape of a relay follows from who got copies") {
  const struct {
    ProbeCopies copies;
    RelayShape shape;
    bool agrees;
  } cases[] = {
      {copies({100, 100, 100, 100, 100}, {0, 0, 0, 0, 0}), RelayShape::others, true},
      {copies({100, 100, 100, 100, 100}, {1, 1, 1, 1, 1}), RelayShape::all, true},
      {copies({0, 0, 0, 0, 0}, {1, 1, 1, 1, 1}), RelayShape::self, true},
      {copies({0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}), RelayShape::none, false},
      // One copy lost, one doubled, one message lost altogether.
      {copies({100, 99, 100, 100, 100}, {0, 0, 0, 0, 0}), RelayShape::others, false},
      {copies({100, 100, 101, 100, 100}, {0, 0, 0, 0, 0}), RelayShape::others, false},
      {copies({0, 100, 100, 100, 100}, {0, 1, 1, 1, 1}), RelayShape::all, false},
      // A stray copy to the sender is not a relay to all.
      {copies({100, 100, 100, 100, 100}, {0, 1, 0, 1, 0}), RelayShape::others, false},
      {copies({50, 50, 50, 50, 50}, {1, 1, 1, 1, 1}), RelayShape::all, false},
      {copies({0, 0, 0, 0, 0}, {1, 1, 2, 1, 1}), RelayShape::self, false},
      {copies({100, 100, 0, 0, 0}, {0, 0, 0, 0, 0}), RelayShape::none, false},
  };
  for (const auto& each : cases) {
    CHECK(relay_shape(each.copies) == each.shape);
    CHECK(probe_agrees(each.copies) == each.agrees);
  }
}

TEST_CASE("each shape is described with what to expect") {
  CHECK(describe(RelayShape::others, 1999) ==
        "to everyone but the sender: 1,999 deliveries per message");
  CHECK(describe(RelayShape::others, 1) == "to everyone but the sender: 1 delivery per message");
  CHECK(describe(RelayShape::all, 5) ==
        "to everyone, the sender included: 5 deliveries per message, one back");
  CHECK(describe(RelayShape::self, 5) == "back to the sender alone: one reply per message");
  CHECK(describe(RelayShape::none, 5) == "to nobody");
}

}  // namespace
