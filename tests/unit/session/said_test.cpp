#include "core/session/said.h"

#include <catch2/catch.hpp>

#include <array>

namespace wsb::session {

TEST_CASE("what was said counts its attachments") {
  const std::array<BytesView, 2> attachments{"ab", "c"};
  CHECK(Said{Said::Kind::json, "{}", attachments}.bytes() == 5);
  CHECK(said(ws::Opcode::binary, "abc").kind == Said::Kind::binary);
  CHECK(said(ws::Opcode::text, "abc").bytes() == 3);
}

}  // namespace wsb::session
