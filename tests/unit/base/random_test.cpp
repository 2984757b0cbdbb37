#include "core/base/random.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <bitset>
#include <cstring>
#include <set>
#include <string>

using namespace wsb;

namespace {

class Counting final : public RandomSource {
 public:
  void fill(void* out, std::size_t size) override {
    for (std::size_t i = 0; i < size; ++i) static_cast<char*>(out)[i] = next_++;
  }

 private:
  char next_ = 1;
};

}  // namespace

TEST_CASE("a 32-bit value is the next four bytes of the source") {
  Counting source;
  const std::uint32_t value = source.next_u32();
  CHECK(std::memcmp(&value, "\x01\x02\x03\x04", 4) == 0);
}

TEST_CASE("a fill writes all it was asked for and nothing beyond, across blocks") {
  SystemRandom random;
  for (const std::size_t size : {0U, 1U, 4095U, 4096U, 4097U, 10000U}) {
    // A byte that stays '#' in every one of 16 fills was not written (chance 256^-15).
    std::string touched(size, '\0');
    for (int round = 0; round < 16; ++round) {
      std::string bytes(size + 2, '#');
      random.fill(bytes.data() + 1, size);
      CHECK((bytes.front() == '#' && bytes.back() == '#'));
      for (std::size_t i = 0; i < size; ++i) touched[i] |= static_cast<char>(bytes[i + 1] != '#');
    }
    CHECK(std::count(touched.begin(), touched.end(), '\1') == static_cast<std::ptrdiff_t>(size));
  }
}

TEST_CASE("values do not repeat, neither in one source nor between two") {
  SystemRandom first;
  SystemRandom second;
  std::set<std::string> seen;
  for (int i = 0; i < 2000; ++i) {
    for (SystemRandom* random : {&first, &second}) {
      std::string bytes(16, '\0');
      random->fill(bytes.data(), bytes.size());
      CHECK(seen.insert(bytes).second);
    }
  }
}

TEST_CASE("bits are set half of the time") {
  SystemRandom random;
  std::size_t set = 0;
  for (int i = 0; i < 100'000; ++i) set += std::bitset<32>(random.next_u32()).count();
  // 3.2 million coin flips: ten standard deviations are 8,944.
  CHECK(set > 1'591'056);
  CHECK(set < 1'608'944);
}

TEST_CASE("the same seed gives the same bytes, in whatever pieces, another seed others") {
  SeededRandom whole(1);
  std::string bytes(64, '\0');
  whole.fill(bytes.data(), bytes.size());
  SeededRandom pieces(1);
  for (std::size_t at = 0; at < bytes.size(); at += 8) {
    std::string piece(8, '\0');
    pieces.fill(piece.data(), piece.size());
    CHECK(piece == bytes.substr(at, 8));
  }
  CHECK(SeededRandom(2).next_u64() != SeededRandom(1).next_u64());
  // The first number of splitmix64 from 0, as its author published it.
  CHECK(SeededRandom(0).next_u64() == 0xE220A8397B1DCDAFU);
}
