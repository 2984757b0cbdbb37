#include "core/load/sequence_window.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <vector>

namespace {

using wsb::load::SequenceWindow;
using Arrival = SequenceWindow::Arrival;

std::vector<Arrival> arrivals(const std::vector<std::uint32_t>& numbers) {
  SequenceWindow window;
  std::vector<Arrival> result;
  for (const auto number : numbers) result.push_back(window.arrive(number));
  return result;
}

TEST_CASE("numbers in order are in order") {
  CHECK(arrivals({0, 1, 2}) ==
        std::vector{Arrival::in_order, Arrival::in_order, Arrival::in_order});
}

TEST_CASE("a skipped number makes the next one ahead, and is late when it comes after all") {
  CHECK(arrivals({0, 2, 1, 3}) ==
        std::vector{Arrival::in_order, Arrival::ahead, Arrival::late, Arrival::in_order});
}

TEST_CASE("a number that was seen is a duplicate, in order or late") {
  CHECK(arrivals({0, 0}).back() == Arrival::duplicate);
  CHECK(arrivals({0, 1, 2, 0}).back() == Arrival::duplicate);
  CHECK(arrivals({0, 2, 1, 1}).back() == Arrival::duplicate);
}

TEST_CASE("the first number may be any") {
  CHECK(arrivals({5, 6}) == std::vector{Arrival::ahead, Arrival::in_order});
  CHECK(arrivals({4000000000U, 4000000001U}).back() == Arrival::in_order);
}

TEST_CASE("63 behind the highest is still told apart, 64 behind is too old") {
  for (const bool seen : {false, true}) {
    std::vector<std::uint32_t> numbers;
    if (seen) numbers = {10, 11};
    numbers.push_back(74);
    numbers.push_back(11);
    CHECK(arrivals(numbers).back() == (seen ? Arrival::duplicate : Arrival::late));
    numbers.back() = 10;
    CHECK(arrivals(numbers).back() == Arrival::too_old);
  }
}

TEST_CASE("a jump of 64 or more forgets what was before") {
  CHECK(arrivals({0, 64, 1}).back() == Arrival::late);
  CHECK(arrivals({0, 64, 0}).back() == Arrival::too_old);
  CHECK(arrivals({0, 1000, 999}).back() == Arrival::late);
}

TEST_CASE("shuffled within the window, with doubles, each number counts once") {
  std::mt19937 engine(42);
  for (int round = 0; round < 20; ++round) {
    std::vector<std::uint32_t> numbers;
    for (std::uint32_t i = 0; i < 1000; ++i) {
      if (engine() % 10 == 0) continue;  // lost
      numbers.push_back(i);
      if (engine() % 10 == 0) numbers.push_back(i);
    }
    for (std::size_t i = 0; i + 16 <= numbers.size(); i += 16) {
      const auto begin = numbers.begin() + static_cast<std::ptrdiff_t>(i);
      std::shuffle(begin, begin + 16, engine);
    }
    std::set<std::uint32_t> distinct;
    std::map<Arrival, int> expected;
    std::map<Arrival, int> got;
    std::uint32_t next = 0;
    SequenceWindow window;
    for (const auto number : numbers) {
      const bool fresh = distinct.insert(number).second;
      const Arrival model = !fresh           ? Arrival::duplicate
                            : number < next  ? Arrival::late
                            : number == next ? Arrival::in_order
                                             : Arrival::ahead;
      next = std::max(next, number + 1);
      ++expected[model];
      ++got[window.arrive(number)];
    }
    CHECK(got == expected);
  }
}

TEST_CASE("a window takes 16 bytes") { CHECK(sizeof(SequenceWindow) == 16); }

}  // namespace
