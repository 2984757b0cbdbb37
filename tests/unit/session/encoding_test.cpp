#include "core/session/encoding.h"

#include <catch2/catch.hpp>

using wsb::Bytes;
using namespace wsb::session;
using wsb::ws::Opcode;

TEST_CASE("the plain encoding wraps text and leaves binary alone") {
  Bytes scratch;
  CHECK(encode(Encoding::plain, Opcode::text, "hi", scratch) ==
        R"({"type":"broadcast","payload":"hi"})");
  const Bytes octets("\x00\xff{}", 4);
  CHECK(encode(Encoding::plain, Opcode::binary, octets, scratch) == octets);
}

TEST_CASE("the raw encoding leaves everything alone") {
  Bytes scratch = "untouched";
  const Bytes text = R"({"a":1})";
  const wsb::BytesView encoded = encode(Encoding::raw, Opcode::text, text, scratch);
  CHECK(encoded == text);
  CHECK(encoded.data() == text.data());
  CHECK(encode(Encoding::raw, Opcode::binary, text, scratch).data() == text.data());
  CHECK(scratch == "untouched");
}

TEST_CASE("an encoding does not remember the message before") {
  Bytes scratch;
  (void)encode(Encoding::plain, Opcode::text, "a long first message", scratch);
  CHECK(encode(Encoding::plain, Opcode::text, "b", scratch) ==
        R"({"type":"broadcast","payload":"b"})");
}
