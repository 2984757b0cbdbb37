#include "cli/terminal_front.h"

#include <catch2/catch.hpp>

namespace wsb::cli {
namespace {

TEST_CASE("a message is shown without what would drive the terminal") {
  CHECK(show_message({ws::Opcode::text, "a\x1b[2J\nb\tc\xc2\x9b", false}) ==
        "a\\x1b[2J\nb\tc\\xc2\\x9b");
  CHECK(show_message({ws::Opcode::binary, Bytes("\0\xff", 2), false}) == "[binary, 2 bytes] 00ff");
}

TEST_CASE("a long message is cut, and says by how much") {
  const std::string shown = show_message({ws::Opcode::text, Bytes(70000, 'x'), false});
  CHECK(shown == std::string(65536, 'x') + " \u2026 +4464 bytes");
  const std::string binary = show_message({ws::Opcode::binary, Bytes(257, '\x01'), false});
  CHECK(binary.ends_with("01 \u2026 +1 bytes"));
}

}  // namespace
}  // namespace wsb::cli
