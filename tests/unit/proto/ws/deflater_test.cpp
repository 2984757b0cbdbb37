#include "core/proto/ws/deflater.h"

#include <catch2/catch.hpp>

#include <random>

#include "core/proto/ws/inflater.h"
#include "tests/unit/proto/ws/hex.h"

using namespace wsb;
using namespace wsb::ws;
using test::hex;

namespace {

Bytes compress(Deflater& deflater, BytesView message) {
  Bytes out;
  deflater.compress(message, out);
  return out;
}

Bytes inflate_message(Inflater& inflater, BytesView deflated) {
  MessageBuffer out;
  REQUIRE(inflater.feed(deflated, out, std::size_t{1} << 30U) == Inflater::Status::ok);
  REQUIRE(inflater.finish(out, std::size_t{1} << 30U) == Inflater::Status::ok);
  return Bytes(out.view());
}

// Text with repetitions, or noise that cannot be compressed.
Bytes sample(std::size_t size, bool noise, std::uint32_t seed) {
  std::mt19937 random(seed);
  Bytes out(size, '\0');
  for (char& c : out) c = static_cast<char>(noise ? random() : 'a' + random() % 4);
  return out;
}

}  // namespace

TEST_CASE("RFC 7692 7.2.3.1: 'Hello' is compressed as in the example") {
  Deflater deflater{{}};
  CHECK(compress(deflater, "Hello") == hex("f2 48 cd c9 c9 07 00"));
}

TEST_CASE("RFC 7692 7.2.3.2: context takeover makes the second 'Hello' shorter") {
  Deflater with{{}};
  compress(with, "Hello");
  CHECK(compress(with, "Hello") == hex("f2 00 11 00 00"));
  Deflater without({15, true});
  compress(without, "Hello");
  CHECK(compress(without, "Hello") == hex("f2 48 cd c9 c9 07 00"));
}

TEST_CASE("RFC 7692 7.2.3.6: the empty message is one octet, whenever it is sent") {
  for (const bool no_takeover : {false, true}) {
    Deflater deflater({15, no_takeover});
    Inflater inflater({15, no_takeover});
    CHECK(compress(deflater, "") == hex("00"));
    CHECK(compress(deflater, "") == hex("00"));
    CHECK(inflate_message(inflater, compress(deflater, "abc")) == "abc");
    CHECK(inflate_message(inflater, compress(deflater, "")).empty());
    CHECK(inflate_message(inflater, compress(deflater, "abc")) == "abc");
  }
}

TEST_CASE("compressed bytes are appended") {
  Deflater deflater{{}};
  Bytes out = "before";
  deflater.compress("Hello", out);
  CHECK(out == "before" + hex("f2 48 cd c9 c9 07 00"));
}

TEST_CASE("messages survive every window, takeover, level and memory level") {
  for (int bits = 9; bits <= 15; ++bits) {
    for (const bool no_takeover : {false, true}) {
      for (const int level : {0, 1, 6, 9}) {
        for (const int memory : {1, 8, 9}) {
          Deflater deflater({bits, no_takeover, level, memory});
          Inflater inflater({bits, no_takeover});
          std::uint32_t seed = 1;
          for (const std::size_t size : {1U, 16U, 64U, 256U, 1024U, 8192U, 70000U}) {
            const Bytes text = sample(size, size % 3 == 0, seed++);
            if (inflate_message(inflater, compress(deflater, text)) != text) {
              FAIL("bits " << bits << " level " << level << " memory " << memory);
            }
          }
        }
      }
    }
  }
  SUCCEED();
}

TEST_CASE("output that just fills the compressor's step is complete") {
  // Stored blocks make the size of the output follow the size of the input.
  Deflater deflater({15, true, 0, 8});
  Inflater inflater({15, true});
  for (std::size_t size = 16360; size < 16400; ++size) {
    const Bytes text = sample(size, true, 7);
    if (inflate_message(inflater, compress(deflater, text)) != text) FAIL("size " << size);
  }
  SUCCEED();
}

TEST_CASE("a message in a fresh context can be read by receivers with and without takeover") {
  Deflater shared({15, true});
  Inflater with({15, false});
  Inflater without({15, true});
  for (int i = 0; i < 5; ++i) {
    const Bytes text = sample(500, false, static_cast<std::uint32_t>(i));
    const Bytes twin = compress(shared, text);
    CHECK(inflate_message(with, twin) == text);
    CHECK(inflate_message(without, twin) == text);
  }
}
