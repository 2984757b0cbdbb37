#include "core/load/crc32c.h"

#include <catch2/catch.hpp>

#include <random>
#include <string>

namespace {

using wsb::load::crc32c;
using wsb::load::crc32c_portable;

TEST_CASE("CRC-32C gives the values of RFC 3720 appendix B.4") {
  std::string ascending;
  for (char c = 0; c < 32; ++c) ascending.push_back(c);
  const struct {
    std::string bytes;
    std::uint32_t crc;
  } vectors[] = {
      {"", 0x00000000},
      {"123456789", 0xE3069283},
      {std::string(32, '\0'), 0x8A9136AA},
      {std::string(32, '\xFF'), 0x62A8AB43},
      {ascending, 0x46DD794E},
  };
  for (const auto& vector : vectors) {
    CHECK(crc32c(vector.bytes) == vector.crc);
    CHECK(crc32c_portable(vector.bytes) == vector.crc);
  }
}

TEST_CASE("the table and the processor's instruction agree at every length") {
  std::mt19937 engine(7);
  std::string bytes;
  for (int length = 0; length < 70; ++length) {
    CHECK(crc32c(bytes) == crc32c_portable(bytes));
    bytes.push_back(static_cast<char>(engine() & 0xFFU));
  }
}

}  // namespace
