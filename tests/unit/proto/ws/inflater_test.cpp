#include "core/proto/ws/inflater.h"

#include <catch2/catch.hpp>

#include "core/proto/ws/deflater.h"
#include "tests/unit/proto/ws/hex.h"

using namespace wsb;
using namespace wsb::ws;
using test::hex;
using Status = Inflater::Status;

namespace {

constexpr std::size_t kLimit = 1 << 20;

struct Outcome {
  Status status;
  Bytes text;
  bool operator==(const Outcome&) const = default;
};

Outcome inflate_message(Inflater& inflater, BytesView deflated, std::size_t limit = kLimit) {
  MessageBuffer out;
  Status status = inflater.feed(deflated, out, limit);
  if (status == Status::ok) status = inflater.finish(out, limit);
  return {status, Bytes(out.view())};
}

Outcome inflate_message(BytesView deflated, std::size_t limit = kLimit) {
  Inflater inflater{{}};
  return inflate_message(inflater, deflated, limit);
}

}  // namespace

TEST_CASE("RFC 7692 7.2.3: the examples inflate to 'Hello'") {
  CHECK(inflate_message(hex("f2 48 cd c9 c9 07 00")) == Outcome{Status::ok, "Hello"});
  // 7.2.3.3: a block without compression
  CHECK(inflate_message(hex("00 05 00 fa ff 48 65 6c 6c 6f 00")) == Outcome{Status::ok, "Hello"});
  // 7.2.3.4: a block with BFINAL set
  CHECK(inflate_message(hex("f3 48 cd c9 c9 07 00 00")) == Outcome{Status::ok, "Hello"});
  // 7.2.3.5: two blocks in one message
  CHECK(inflate_message(hex("f2 48 05 00 00 00 ff ff ca c9 c9 07 00")) ==
        Outcome{Status::ok, "Hello"});
  // 7.2.3.6: the empty message
  CHECK(inflate_message(hex("00")) == Outcome{Status::ok, ""});
}

TEST_CASE("RFC 7692 7.2.3.2: with context takeover the second 'Hello' refers to the first") {
  Inflater inflater{{}};
  CHECK(inflate_message(inflater, hex("f2 48 cd c9 c9 07 00")) == Outcome{Status::ok, "Hello"});
  CHECK(inflate_message(inflater, hex("f2 00 11 00 00")) == Outcome{Status::ok, "Hello"});
  Inflater fresh({15, true});
  CHECK(inflate_message(fresh, hex("f2 48 cd c9 c9 07 00")) == Outcome{Status::ok, "Hello"});
  CHECK(inflate_message(fresh, hex("f2 00 11 00 00")).status == Status::bad_data);
}

TEST_CASE("RFC 7692 7.2.3.4: the context is carried over a block with BFINAL set") {
  Inflater inflater{{}};
  CHECK(inflate_message(inflater, hex("f3 48 cd c9 c9 07 00 00")) == Outcome{Status::ok, "Hello"});
  CHECK(inflate_message(inflater, hex("f2 00 11 00 00")) == Outcome{Status::ok, "Hello"});
}

TEST_CASE("a message that ends with its final block needs no octet behind it") {
  Inflater inflater{{}};
  CHECK(inflate_message(inflater, hex("f3 48 cd c9 c9 07 00")) == Outcome{Status::ok, "Hello"});
  CHECK(inflate_message(inflater, hex("f2 00 11 00 00")) == Outcome{Status::ok, "Hello"});
}

TEST_CASE("damaged and truncated data is refused") {
  CHECK(inflate_message(hex("ff ff ff")).status == Status::bad_data);           // block type 3
  CHECK(inflate_message(hex("00 05 00 00 00 48")).status == Status::bad_data);  // NLEN
  CHECK(inflate_message(hex("f2 48 cd")).status == Status::bad_data);           // cut
  CHECK(inflate_message(hex("00 06 00 f9 ff 48")).status == Status::bad_data);  // cut
  CHECK(inflate_message("").status == Status::bad_data);                        // not 7.2.3.6
  CHECK(inflate_message(hex("f2 00 11 00 00")).status == Status::bad_data);     // too far back
}

TEST_CASE("the limit ends a decompression bomb before memory is taken") {
  Deflater deflater{{}};
  Bytes bomb;
  deflater.compress(Bytes(std::size_t{50} << 20U, '\0'), bomb);
  REQUIRE(bomb.size() < 60000);
  Inflater inflater{{}};
  MessageBuffer out;
  CHECK(inflater.feed(bomb, out, 10000) == Status::too_large);
  CHECK(out.size() == 10001);
  CHECK(out.capacity() < 40000);
}

TEST_CASE("the limit is exact") {
  Deflater deflater({15, true});
  Bytes deflated;
  deflater.compress(Bytes(5000, 'x'), deflated);
  CHECK(inflate_message(deflated, 5000) == Outcome{Status::ok, Bytes(5000, 'x')});
  CHECK(inflate_message(deflated, 4999).status == Status::too_large);
  CHECK(inflate_message(hex("00"), 0) == Outcome{Status::ok, ""});
}

TEST_CASE("a message inflates the same byte by byte") {
  Deflater deflater{{}};
  Inflater inflater{{}};
  for (int round = 0; round < 3; ++round) {
    const Bytes text = "round " + std::to_string(round) + Bytes(3000, 'r') + "end";
    Bytes deflated;
    deflater.compress(text, deflated);
    MessageBuffer out;
    for (const char& c : deflated) REQUIRE(inflater.feed({&c, 1}, out, kLimit) == Status::ok);
    REQUIRE(inflater.finish(out, kLimit) == Status::ok);
    CHECK(out.view() == text);
  }
}
