#include "core/load/sent_book.h"

#include <catch2/catch.hpp>

#include <cstdint>
#include <random>
#include <set>

namespace {

using namespace wsb::load;

TEST_CASE("an empty book has sent nothing") {
  const SentBook book(2);
  CHECK(book.publishers() == 2);
  CHECK(book.total() == 0);
  CHECK(book.below(0, 0) == 0);
  CHECK(book.below(1, 0xFFFFFFFF) == 0);
}

TEST_CASE("messages are counted by publisher up to a number, gaps left out") {
  SentBook book(2);
  for (const std::uint32_t seq : {5U, 6U, 7U, 10U, 11U, 20U}) book.sent(0, seq);
  book.sent(1, 6);
  CHECK(book.total() == 7);
  const struct {
    std::uint32_t seq;
    std::uint64_t below;
  } cases[] = {{0, 0},  {5, 0},  {6, 1},  {8, 3},  {9, 3},         {10, 3},
               {11, 4}, {12, 5}, {20, 5}, {21, 6}, {0xFFFFFFFF, 6}};
  for (const auto& each : cases) {
    INFO(each.seq);
    CHECK(book.below(0, each.seq) == each.below);
  }
  CHECK(book.below(1, 6) == 0);
  CHECK(book.below(1, 7) == 1);
}

TEST_CASE("a book with random gaps counts as a set does") {
  std::mt19937 random(7);
  SentBook book(1);
  std::set<std::uint32_t> sent;
  for (std::uint32_t seq = 0; seq < 500; ++seq) {
    if (random() % 3 == 0) continue;
    book.sent(0, seq);
    sent.insert(seq);
  }
  for (std::uint32_t limit = 0; limit <= 510; ++limit) {
    const auto expected = std::distance(sent.begin(), sent.lower_bound(limit));
    REQUIRE(book.below(0, limit) == static_cast<std::uint64_t>(expected));
  }
}

}  // namespace
