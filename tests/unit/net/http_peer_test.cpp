#include "core/net/http_peer.h"

#include <catch2/catch.hpp>

#include "tests/support/server_bench.h"

namespace wsb::net {

using Lines = std::vector<std::string>;
using namespace std::chrono_literals;

TEST_CASE("byte by byte is the same as at once") {
  const std::string requests =
      "\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n"
      "POST /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
      "POST /c HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nde"
      "HEAD /d HTTP/1.0\r\n\r\n";
  const Lines want{"GET /a ", "POST /b abc", "POST /c de", "HEAD /d "};
  ServerBench whole;
  ScriptedWire& at_once = whole.accept();
  at_once.receive(requests);
  CHECK(whole.events == want);
  CHECK(at_once.finished);
  ServerBench cut;
  ScriptedWire& wire = cut.accept();
  for (const char c : requests) wire.receive(std::string(1, c));
  CHECK(cut.events == want);
  CHECK(wire.written.size() == at_once.written.size());
  CHECK(wire.finished);
}

TEST_CASE("while a request is being answered the next ones wait, at some point unread") {
  ServerBench bench;
  bench.hold_requests = true;
  ScriptedWire& wire = bench.accept();
  const std::string get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  wire.receive(get + get);
  CHECK(bench.held.size() == 1);
  CHECK_FALSE(wire.paused);  // so that the client's end is seen
  std::string many;
  for (int i = 0; i < 1000; ++i) many += get;
  wire.receive(many);
  CHECK(wire.paused);
  CHECK(bench.held.size() == 1);
  for (std::size_t i = 0; i < 1002; ++i) {
    REQUIRE(bench.held.size() == i + 1);
    bench.held[i]->respond({204, {}, nullptr});
    // Whoever answers may be in the middle of something: the next one is read in another turn.
    CHECK(bench.held.size() == i + 1);
    bench.advance(0s);
  }
  CHECK_FALSE(wire.paused);
  CHECK(bench.held.size() == 1002);
}

TEST_CASE("a client that ends while its next request waits is forgotten with it") {
  ServerBench bench;
  bench.hold_requests = true;
  ScriptedWire& wire = bench.accept();
  const std::string get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  wire.receive(get + get);
  bench.held.at(0)->respond({204, {}, nullptr});
  wire.events->on_end({});
  bench.advance(1s);
  CHECK(bench.held.size() == 1);
  CHECK(bench.pool.stats().requests_open == 0);
}

TEST_CASE("a WebSocket is told its path and query, whatever form the target had") {
  for (const std::string target : {"/chat?x=1", "http://x/chat?x=1"}) {
    ServerBench bench;
    bench.accept().receive(
        "GET " + target +
        " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    CHECK(bench.events == Lines{"handshake /chat x=1", "open"});
    CHECK(bench.connection().info().target == "/chat?x=1");
  }
}

TEST_CASE("a body is written as fast as it is taken, and who takes nothing is dropped") {
  ServerBench bench;
  bench.hold_requests = true;
  ScriptedWire& wire = bench.accept();
  wire.receive("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  wire.room = 1000;
  const auto body = std::make_shared<const Bytes>(300'000, 'b');
  bench.held.at(0)->respond({200, {}, body});
  CHECK(wire.written.size() == 1000);
  while (wire.written.size() < 200'000) {
    bench.advance(20s);
    wire.room = 50'000;
    wire.events->on_writable();
  }
  CHECK(bench.pool.stats().requests_open == 1);
  bench.advance(31s);
  CHECK(wire.aborted);
  CHECK(bench.pool.stats().requests_open == 0);
}

TEST_CASE("a client that sends TLS to a plain port is cut off without an answer") {
  ServerBench bench;
  ScriptedWire& wire = bench.accept();
  wire.receive(std::string("\x16\x03\x01\x02\x00", 5));
  CHECK(wire.aborted);
  CHECK(wire.written.empty());
  CHECK(bench.pool.stats().handshake_failures == 1);
}

TEST_CASE("a head that does not come in the time that was set is given up") {
  ListenConfig config;
  config.handshake_timeout = 2s;
  ServerBench bench(config);
  ScriptedWire& begun = bench.accept();
  ScriptedWire& silent = bench.accept();
  begun.receive("GET /");
  for (int i = 0; i < 3; ++i) {
    bench.advance(600ms);
    begun.receive("x");
  }
  CHECK(begun.written.empty());
  bench.advance(1s);
  CHECK(begun.written.starts_with("HTTP/1.1 408 "));
  CHECK(begun.finished);
  CHECK(silent.written.empty());
  CHECK(bench.pool.stats().handshake_failures == 2);
}

TEST_CASE("a body that does not come is given up, and said so") {
  ListenConfig config;
  config.body_timeout = 5s;
  ServerBench bench(config);
  ScriptedWire& wire = bench.accept();
  wire.receive("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n");
  CHECK(wire.take_written() == "HTTP/1.1 100 Continue\r\n\r\n");
  for (int i = 0; i < 4; ++i) {
    bench.advance(1s);
    wire.receive("b");
  }
  bench.advance(2s);
  CHECK(wire.written.starts_with("HTTP/1.1 408 "));
  CHECK(bench.events.empty());
  CHECK(wire.finished);
}

TEST_CASE("a kept connection without a further request ends after a while, quietly") {
  ServerBench bench;
  ScriptedWire& wire = bench.accept();
  wire.receive("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  wire.take_written();
  bench.advance(74s);
  CHECK_FALSE(wire.finished);
  bench.advance(2s);
  CHECK(wire.finished);
  CHECK(wire.written.empty());
  CHECK(bench.pool.stats().handshake_failures == 0);
}

TEST_CASE("an answer that may have no body is written without one, and the next one follows") {
  for (const int status : {204, 304}) {
    ServerBench bench;
    bench.hold_requests = true;
    ScriptedWire& wire = bench.accept();
    wire.receive("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n");
    bench.held.at(0)->respond({status, {}, std::make_shared<const Bytes>("a body")});
    const Bytes written = wire.take_written();
    CHECK(written.starts_with("HTTP/1.1 " + std::to_string(status) + " "));
    CHECK(written.ends_with("\r\n\r\n"));
    CHECK(written.find("Content-Length") == Bytes::npos);
    bench.advance(0s);
    CHECK(bench.held.size() == 2);
  }
}

TEST_CASE("a HEAD that is refused is answered without a body") {
  for (const char* request :
       {"HEAD / HTTP/1.1\r\n\r\n", "HEAD http:/// HTTP/1.1\r\nHost: x\r\n\r\n",
        "HEAD / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n\r\n"}) {
    ServerBench bench;
    ScriptedWire& wire = bench.accept();
    wire.receive(request);
    CHECK(wire.written.starts_with("HTTP/1.1 40"));
    CHECK(wire.written.ends_with("\r\n\r\n"));
    CHECK(wire.finished);
  }
}

TEST_CASE("a connection that comes to nothing is counted once, whatever follows") {
  for (const bool late : {false, true}) {
    ServerBench bench;
    ScriptedWire& wire = bench.accept();
    wire.room = 0;
    wire.receive(late ? "GET / HT" : "no HTTP at all\r\n\r\n");
    if (late) bench.advance(11s);
    CHECK(bench.pool.stats().requests_open == 1);  // the refusal
    if (late) {
      bench.advance(31s);
      CHECK(wire.aborted);
    } else {
      wire.events->on_end({});
    }
    CHECK(bench.pool.stats().handshake_failures == 1);
    CHECK(bench.pool.stats().requests_open == 0);
  }
}

TEST_CASE("a handler that has not answered is told once when the client goes, and only then") {
  ServerBench bench;
  bench.hold_requests = true;
  int gone = 0;
  ScriptedWire& left = bench.accept();
  left.receive("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  bench.held.back()->when_gone([&] {
    ++gone;
    bench.held.back()->respond({200, {}, nullptr});  // to nobody
  });
  left.events->on_end({});
  CHECK(gone == 1);
  ScriptedWire& answered = bench.accept();
  answered.receive("GET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  bench.held.back()->when_gone([&] { ++gone; });
  bench.held.back()->respond({200, {}, nullptr});
  answered.events->on_end({});
  bench.held.clear();
  CHECK(gone == 1);
  CHECK(bench.pool.stats().requests_open == 0);
}

}  // namespace wsb::net
