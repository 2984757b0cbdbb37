#include "core/net/connection.h"

#include <catch2/catch.hpp>

namespace wsb::net {
namespace {

TEST_CASE("each phase has its word") {
  CHECK(to_string(Phase::resolve) == "resolve");
  CHECK(to_string(Phase::connect) == "connect");
  CHECK(to_string(Phase::tls) == "tls");
  CHECK(to_string(Phase::handshake) == "handshake");
  CHECK(to_string(Phase::open) == "open");
}

}  // namespace
}  // namespace wsb::net
