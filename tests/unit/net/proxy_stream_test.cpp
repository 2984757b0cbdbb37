#include "core/net/proxy_stream.h"

#include <catch2/catch.hpp>

#include "tests/support/scripted_stream.h"

using namespace wsb;
using namespace wsb::net;

namespace {

class Upper final : public StreamEvents {
 public:
  void on_phase(Phase) override {}
  void on_bytes(BytesView bytes) override { received += bytes; }
  void on_writable() override { ++writable; }
  void on_end(const StreamEnd& end) override { ends.push_back(end); }
  Bytes received;
  int writable = 0;
  std::vector<StreamEnd> ends;
};

struct Stage {
  Stage() : stream(std::make_unique<ScriptedStream>(wire)) { stream.start(upper); }
  std::string remote() {
    ConnectionInfo info;
    stream.describe(info);
    return info.remote;
  }
  ScriptedWire wire;
  Upper upper;
  ProxyStream stream;
};

const std::string kVersion1 = "PROXY TCP4 203.0.113.9 192.0.2.2 4711 443\r\n";

}  // namespace

TEST_CASE("the header is taken off, however it is cut, and names the peer") {
  for (std::size_t cut = 1; cut <= kVersion1.size() + 2; ++cut) {
    Stage stage;
    const std::string all = kVersion1 + "GET / HTTP/1.1";
    stage.wire.receive(BytesView(all).substr(0, cut));
    stage.wire.receive(BytesView(all).substr(cut));
    CHECK(stage.upper.received == "GET / HTTP/1.1");
    CHECK(stage.remote() == "203.0.113.9:4711");
    CHECK(stage.upper.ends.empty());
  }
}

TEST_CASE("before the header, and without addresses in it, the peer is the proxy") {
  Stage stage;
  CHECK(stage.remote() == "192.0.2.1:80");
  stage.wire.receive("PROXY UNKNOWN\r\n");
  CHECK(stage.remote() == "192.0.2.1:80");
  stage.wire.receive("x");
  CHECK(stage.upper.received == "x");
}

TEST_CASE("an IPv6 peer is written with brackets") {
  Stage stage;
  stage.wire.receive("PROXY TCP6 2001:db8::1 2001:db8::2 4711 443\r\n");
  CHECK(stage.remote() == "[2001:db8::1]:4711");
}

TEST_CASE("what is no header ends the stream, once") {
  Stage stage;
  stage.wire.receive("GET / HTTP/1.1\r\n\r\n");
  CHECK(stage.upper.received.empty());
  REQUIRE(stage.upper.ends.size() == 1);
  CHECK(stage.upper.ends[0].error->code == ErrorCode::protocol);
  CHECK(stage.wire.aborted);
  stage.wire.receive("more");
  CHECK(stage.upper.ends.size() == 1);
}

TEST_CASE("everything else is the stream's below") {
  Stage stage;
  stage.wire.receive(kVersion1);
  CHECK(stage.stream.write("answer") == 6);
  CHECK(stage.wire.written == "answer");
  stage.stream.pause_reading();
  CHECK(stage.wire.paused);
  stage.stream.resume_reading();
  CHECK_FALSE(stage.wire.paused);
  stage.wire.events->on_writable();
  CHECK(stage.upper.writable == 1);
  stage.stream.end_writing();
  CHECK(stage.wire.finished);
  stage.wire.events->on_end({});
  CHECK(stage.upper.ends.size() == 1);
  stage.stream.close();
  CHECK(stage.wire.closed);
}
