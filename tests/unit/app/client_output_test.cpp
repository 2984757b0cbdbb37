#include "core/app/client_output.h"

#include <catch2/catch.hpp>

namespace wsb::app {
namespace {

using ws::Opcode;

TEST_CASE("a message is its payload and one newline") {
  LineOutput output(false);
  Bytes out;
  CHECK_FALSE(output.append(out, Opcode::text, "hello"));
  CHECK_FALSE(output.append(out, Opcode::text, ""));
  CHECK_FALSE(output.append(out, Opcode::text, "\x1b[31m\r\t"));
  CHECK(out == "hello\n\n\x1b[31m\r\t\n");
}

TEST_CASE("what is ambiguous is written verbatim and warned of once") {
  LineOutput output(false);
  Bytes out;
  CHECK_FALSE(output.append(out, Opcode::text, "fine"));
  SECTION("a binary message") {
    CHECK(output.append(out, Opcode::binary, Bytes("\0\xff", 2)) ==
          "message 2 (binary, 2 bytes) is ambiguous in line format: it is binary");
    CHECK(out == Bytes("fine\n\0\xff\n", 8));
  }
  SECTION("a newline inside") {
    CHECK(output.append(out, Opcode::text, "a\nb") ==
          "message 2 (text, 3 bytes) is ambiguous in line format: it contains a newline");
    CHECK(out == "fine\na\nb\n");
  }
  CHECK_FALSE(output.append(out, Opcode::binary, "again"));
}

TEST_CASE("on a terminal nothing in a message drives it, and nothing is warned of") {
  LineOutput output(true);
  Bytes out;
  CHECK_FALSE(output.append(out, Opcode::text, "a\x1b]0;t\x07\nb\tc"));
  CHECK_FALSE(output.append(out, Opcode::binary, Bytes("\0\xff", 2)));
  CHECK(out == "a\\x1b]0;t\\x07\nb\tc\n\\x00\\xff\n");
}

}  // namespace
}  // namespace wsb::app
