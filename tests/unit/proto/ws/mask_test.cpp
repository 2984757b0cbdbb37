#include "core/proto/ws/mask.h"

#include <catch2/catch.hpp>

#include <random>
#include <string>

#include "tests/unit/proto/ws/hex.h"

using namespace wsb;
using namespace wsb::ws;
using test::hex;

namespace {

std::string mask_one_by_one(std::string bytes, MaskKey key, std::size_t offset) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<char>(static_cast<unsigned char>(bytes[i]) ^ key[(i + offset) % 4]);
  }
  return bytes;
}

}  // namespace

TEST_CASE("RFC 6455 5.7: 'Hello' masked with 37 fa 21 3d") {
  std::string text = "Hello";
  apply_mask(text.data(), text.size(), {0x37, 0xFA, 0x21, 0x3D});
  CHECK(text == hex("7f 9f 4d 51 58"));
}

TEST_CASE("RFC 6455 5.3: masking is the same for every size, offset and alignment") {
  std::mt19937 random(1);
  std::string source(400, '\0');
  for (char& c : source) c = static_cast<char>(random());
  const MaskKey key = {0x01, 0x80, 0xFE, 0x5A};
  for (std::size_t start = 0; start < 9; ++start) {
    for (std::size_t size = 0; size < 200; ++size) {
      const std::size_t offset = start * 7 + size;
      const std::string plain = source.substr(start, size);
      const std::string expected = mask_one_by_one(plain, key, offset);
      std::string out(size + 1, '#');
      copy_masked(out.data(), source.data() + start, size, key, offset);
      std::string in_place = source;
      apply_mask(in_place.data() + start, size, key, offset);
      if (out != expected + "#" || in_place.substr(start, size) != expected ||
          in_place.substr(start + size) != source.substr(start + size)) {
        FAIL("start " << start << " size " << size);
      }
    }
  }
  SUCCEED();
}

TEST_CASE("masking twice gives the bytes back") {
  std::string text(1000, 'a');
  apply_mask(text.data(), text.size(), {9, 8, 7, 6}, 3);
  CHECK(text != std::string(1000, 'a'));
  apply_mask(text.data(), text.size(), {9, 8, 7, 6}, 3);
  CHECK(text == std::string(1000, 'a'));
}
