#include "core/net/server_peer.h"

#include <catch2/catch.hpp>

#include "tests/support/server_bench.h"

namespace wsb::net {

using namespace std::chrono_literals;

constexpr const char* kLastRequest = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

TEST_CASE("after the last answer our direction ends, and what still comes is read and forgotten") {
  ServerBench bench;
  ScriptedWire& wire = bench.accept();
  wire.receive(kLastRequest);
  CHECK(wire.finished);
  CHECK_FALSE(wire.aborted);
  wire.receive("GET /more HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(bench.events == std::vector<std::string>{"GET / "});
  wire.events->on_end({});
  bench.advance(1s);
  CHECK(wire.destroyed);
  CHECK_FALSE(wire.aborted);
}

TEST_CASE("who does not end his direction is dropped after two seconds, or 16 MiB") {
  ServerBench bench;
  ScriptedWire& slow = bench.accept();
  slow.receive(kLastRequest);
  ScriptedWire& loud = bench.accept();
  loud.receive(kLastRequest);
  const Bytes mebibyte(std::size_t{1} << 20U, 'x');
  for (int i = 0; i < 16; ++i) loud.receive(mebibyte);
  CHECK_FALSE(loud.aborted);
  loud.receive("x");
  CHECK(loud.aborted);
  bench.advance(1900ms);
  CHECK_FALSE(slow.aborted);
  bench.advance(500ms);
  CHECK(slow.aborted);
}

TEST_CASE("an upgrade and its first frames may come in one piece, behind a request") {
  ServerBench bench;
  ScriptedWire& wire = bench.accept();
  wire.receive("GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
               "GET /b HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n" +
               bench.frame(ws::Opcode::text, "early"));
  CHECK(bench.events ==
        std::vector<std::string>{"GET /a ", "handshake /b ", "open", "message early"});
  wire.receive(bench.frame(ws::Opcode::text, "later"));
  CHECK(bench.events.back() == "message later");
}

TEST_CASE("what the stream still holds is given time to leave, if not for ever") {
  ServerBench bench;
  ScriptedWire& wire = bench.accept();
  wire.holds_unsent = true;
  wire.receive(kLastRequest);
  bench.advance(20s);
  CHECK_FALSE(wire.aborted);
  bench.advance(11s);
  CHECK(wire.aborted);
}

// ---- connections that another listener serves

// Two listeners; what is asked of the first under /there belongs to the second.
struct TwoListeners {
  TwoListeners() {
    here.when_route = [this](const http::Target& target) {
      std::function<void(MovedPeer)> away;
      if (target.path.starts_with("/there")) {
        away = [this](MovedPeer moved) { there.pool.adopt(std::move(moved)); };
      }
      return away;
    };
  }
  ServerBench here;
  ServerBench there;
};

TEST_CASE("a connection whose request belongs elsewhere goes there with all that was read") {
  TwoListeners both;
  ScriptedWire& wire = both.here.accept();
  wire.receive("GET /here HTTP/1.1\r\nHost: x\r\n\r\n");
  wire.take_written();
  wire.receive("POST /there HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe");
  CHECK(wire.paused);
  wire.receive("ll");  // a read that was under way
  both.here.advance(0s);
  CHECK_FALSE(wire.paused);
  wire.receive("oGET /here HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(both.here.events == std::vector<std::string>{"GET /here "});
  // The second does not route: what is here for the first is its own.
  CHECK(both.there.events == std::vector<std::string>{"POST /there hello", "GET /here "});
  CHECK(wire.take_written().starts_with("HTTP/1.1 200 OK"));
  CHECK(both.here.pool.stats().moved_away == 1);
  CHECK(both.there.pool.stats().accepted == 0);
  CHECK_FALSE(wire.destroyed);
  both.here.advance(1s);
  CHECK_FALSE(wire.destroyed);
}

TEST_CASE("an upgrade that belongs elsewhere opens there, with the frames behind it") {
  TwoListeners both;
  ScriptedWire& wire = both.here.accept();
  wire.receive(
      "GET /there?a=b HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n" +
      both.here.frame(ws::Opcode::text, "early"));
  both.here.advance(0s);
  wire.receive(both.here.frame(ws::Opcode::text, "later"));
  CHECK(both.here.events.empty());
  CHECK(both.there.events == std::vector<std::string>{"handshake /there a=b", "open",
                                                      "message early", "message later"});
  CHECK_FALSE(wire.paused);
}

TEST_CASE("a connection that cannot leave is told so, and one that ends before it leaves is gone") {
  TwoListeners both;
  ScriptedWire& stuck = both.here.accept();
  stuck.may_leave = false;
  stuck.receive("GET /there HTTP/1.1\r\nHost: x\r\n\r\nGET /here HTTP/1.1\r\nHost: x\r\n\r\n");
  both.here.advance(0s);
  CHECK(stuck.take_written().starts_with("HTTP/1.1 503 Service Unavailable"));
  CHECK(stuck.finished);
  ScriptedWire& gone = both.here.accept();
  gone.receive("GET /there HTTP/1.1\r\nHost: x\r\n\r\n");
  gone.events->on_end({});
  both.here.advance(1s);
  CHECK(gone.destroyed);
  CHECK(both.here.events.empty());
  CHECK(both.there.events.empty());
  CHECK(both.here.pool.stats().moved_away == 0);
  CHECK(both.here.pool.stats().requests_open == 0);
}

}  // namespace wsb::net
