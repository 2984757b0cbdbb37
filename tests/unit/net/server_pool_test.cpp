#include "core/net/server_pool.h"

#include <catch2/catch.hpp>

#include "tests/support/server_bench.h"

namespace wsb::net {

using Lines = std::vector<std::string>;
using namespace std::chrono_literals;

TEST_CASE("who says nothing, or only half a request, is cut off after the handshake timeout") {
  ServerBench bench;
  ScriptedWire& silent = bench.accept();
  ScriptedWire& slow = bench.accept();
  slow.receive("GET / HTTP/1.1\r\nHos");
  bench.advance(9s);
  CHECK_FALSE(silent.aborted);
  slow.receive("t: x\r\nX: ");  // a byte now and then does not help
  bench.advance(2s);
  CHECK(silent.aborted);
  CHECK(silent.written.empty());
  CHECK(slow.written.starts_with("HTTP/1.1 408 Request Timeout\r\n"));
  CHECK(slow.finished);
  CHECK(bench.pool.stats().handshake_failures == 2);
  bench.advance(3s);
  CHECK(silent.destroyed);
  CHECK(slow.destroyed);
}

TEST_CASE("a silent connection is pinged, one that answers nothing is dropped") {
  ServerBench bench;
  ScriptedWire& quiet = bench.open();
  ScriptedWire& dead = bench.open();
  FrameReader reader;
  bench.take_events();
  for (int i = 0; i < 5; ++i) {
    bench.advance(38s);
    const Lines read = reader.read(quiet.take_written());
    CHECK(read == Lines{"ping "});
    quiet.receive(bench.frame(ws::Opcode::pong, ""));
  }
  CHECK(dead.aborted);
  CHECK_FALSE(quiet.aborted);
  CHECK(bench.pool.stats().keepalive_timeouts == 1);
  CHECK(bench.pool.stats().open == 1);
}

TEST_CASE("winding down ends idle HTTP connections at once and busy ones behind their answer") {
  ServerBench bench;
  ScriptedWire& idle = bench.accept();
  idle.receive("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  bench.hold_requests = true;
  ScriptedWire& busy = bench.accept();
  busy.receive("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  ScriptedWire& socket = bench.open();
  CHECK(bench.pool.stats().requests_open == 1);
  bench.pool.wind_down();
  CHECK(idle.finished);
  CHECK_FALSE(busy.finished);
  CHECK_FALSE(socket.finished);
  bench.held.at(0)->respond({200, {}, nullptr});
  CHECK(busy.written.find("\r\nConnection: close\r\n") != std::string::npos);
  CHECK(busy.finished);
  CHECK(bench.pool.stats().requests_open == 0);
}

TEST_CASE("dropping all tells every connection's end once, and answers go nowhere") {
  ServerBench bench;
  bench.hold_requests = true;
  ScriptedWire& request = bench.accept();
  request.receive("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  ScriptedWire& socket = bench.open();
  bench.take_events();
  bench.pool.drop_all();
  CHECK(bench.take_events() == Lines{"closed by local 1006 unclean"});
  CHECK(socket.destroyed);
  CHECK(request.destroyed);
  bench.held.at(0)->respond({200, {}, nullptr});
  CHECK(bench.pool.stats().open == 0);
  CHECK(bench.pool.stats().requests_open == 0);
}

TEST_CASE("an ended peer is freed at the end of the turn, one that is watched with the next tick") {
  ServerBench bench;
  ScriptedWire& watched = bench.accept();
  watched.events->on_end({});
  ScriptedWire& other = bench.open();
  bench.advance(1s);  // its handshake is not watched any more
  other.events->on_end({});
  CHECK_FALSE(other.destroyed);
  bench.pool.end_of_turn();
  CHECK(other.destroyed);
  CHECK(watched.destroyed);
}

}  // namespace wsb::net
