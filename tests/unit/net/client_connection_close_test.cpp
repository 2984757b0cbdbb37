// core/net/client_connection.cpp: how long the closing handshake may take.

#include "core/net/client_connection.h"

#include <catch2/catch.hpp>

#include "core/base/limits.h"
#include "tests/support/client_bench.h"

namespace wsb::net {
namespace {

TEST_CASE("a message that is arriving lengthens the close timeout, the next one does not") {
  ConnectConfig config;
  config.close_timeout = 5s;
  ClientBench bench(config);
  bench.open();
  const Bytes slow = ClientBench::text("slowly");
  bench.connection->close(1000, "");
  bench.wire.receive(BytesView(slow).substr(0, 3));
  for (std::size_t at = 3; at < slow.size(); ++at) {
    bench.network.advance(5s);
    REQUIRE_FALSE(bench.ended());
    bench.wire.receive(BytesView(slow).substr(at, 1));
  }
  CHECK(bench.peer().messages.back().second == "slowly");
  SECTION("the Close frame behind it is as good as ever") {
    bench.network.advance(4s);
    bench.wire.receive(ClientBench::close_frame(1000, ""));
    bench.turn();
    bench.wire.events->on_end({});
    REQUIRE(bench.ended());
    CHECK(bench.close().clean);
  }
  SECTION("without one it is over") {
    bench.network.advance(5s);
    REQUIRE(bench.ended());
    CHECK(bench.close().error->code == ErrorCode::timeout);
  }
  SECTION("and so it is in the middle of another message") {
    bench.wire.receive(BytesView(slow).substr(0, 3));
    bench.network.advance(5s);
    REQUIRE(bench.ended());
    CHECK(bench.close().error->code == ErrorCode::timeout);
  }
}

TEST_CASE("a message that stops arriving does not lengthen the close timeout") {
  ConnectConfig config;
  config.close_timeout = 5s;
  ClientBench bench(config);
  bench.open();
  bench.connection->close(1000, "");
  bench.wire.receive(BytesView(ClientBench::text("slowly")).substr(0, 3));
  bench.network.advance(5s);
  REQUIRE_FALSE(bench.ended());
  bench.network.advance(5s);
  CHECK(bench.ended());
}

TEST_CASE("a trickle does not lengthen the close timeout for ever") {
  ConnectConfig config;
  config.close_timeout = 5s;
  ClientBench bench(config);
  bench.open();
  bench.connection->close(1000, "");
  const Bytes endless = ClientBench::text(std::string(60000, 'x'));
  bench.wire.receive(BytesView(endless).substr(0, 10));
  std::size_t at = 10;
  for (Duration waited{}; waited < limits::kLastMessageWait; waited += 5s) {
    REQUIRE_FALSE(bench.ended());
    bench.wire.receive(BytesView(endless).substr(at++, 1));
    bench.network.advance(5s);
  }
  CHECK(bench.ended());
}

}  // namespace
}  // namespace wsb::net
