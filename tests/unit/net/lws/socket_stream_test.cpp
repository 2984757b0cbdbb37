#include "core/net/lws/socket_stream.h"

#include <fcntl.h>

#include <catch2/catch.hpp>
#include <optional>

#include "tests/support/loop_script.h"
#include "tests/support/test_socket.h"

namespace wsb::net {
namespace {

// An accepted stream on a scripted loop; the test has the other end.
struct Bench final : StreamEvents {
  Bench() {
    int fds[2] = {-1, -1};
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
    REQUIRE(fcntl(fds[0], F_SETFL, O_NONBLOCK) == 0);
    peer.emplace(fds[1]);
    stream = std::make_unique<SocketStream>(script.loop(), fds[0]);
  }
  void on_phase(Phase) override { ++phases; }
  void on_bytes(BytesView bytes) override { received += bytes; }
  void on_writable() override {}
  void on_end(const StreamEnd& ended) override {
    CHECK_FALSE(end);
    end = ended;
  }

  LoopScript script;
  std::optional<TestSocket> peer;
  Bytes received;
  int phases = 0;
  std::optional<StreamEnd> end;
  std::unique_ptr<SocketStream> stream;
};

}  // namespace

TEST_CASE("an accepted stream reads and writes at once and raises no phase") {
  Bench bench;
  bench.peer->send("before the start");
  bench.stream->start(bench);
  CHECK(bench.stream->write("hello") == 5);
  CHECK(bench.received.empty());
  bench.script.when([&] { return bench.received == "before the start"; }, [&] {
    CHECK(bench.peer->receive(5) == "hello");
    bench.peer->close();
  });
  bench.script.when([&] { return bench.end.has_value(); });
  bench.script.run();
  CHECK(bench.phases == 0);
  CHECK_FALSE(bench.end->error);
}

TEST_CASE("after our direction has ended the peer's is still read") {
  Bench bench;
  bench.stream->start(bench);
  CHECK(bench.stream->write("last") == 4);
  bench.stream->end_writing();
  CHECK(bench.peer->receive(100) == "last");  // to the end of the stream
  bench.peer->send("and another thing");
  bench.script.when([&] { return bench.received == "and another thing"; },
                    [&] { bench.peer->close(); });
  bench.script.when([&] { return bench.end.has_value(); });
  bench.script.run();
  CHECK_FALSE(bench.end->error);
}

TEST_CASE("a paused stream reads nothing until it is resumed") {
  Bench bench;
  bench.stream->start(bench);
  bench.stream->pause_reading();
  bench.peer->send("waits");
  int turns = 0;
  bench.script.when([&] { return ++turns > 5; }, [&] {
    CHECK(bench.received.empty());
    bench.stream->resume_reading();
  });
  bench.script.when([&] { return bench.received == "waits"; });
  bench.script.run();
}

TEST_CASE("a stream that is never started, or destroyed while open, closes its socket") {
  Bench never;
  never.stream.reset();
  CHECK(never.peer->receive(1).empty());
  Bench open;
  open.stream->start(open);
  open.stream.reset();
  CHECK(open.peer->receive(1).empty());
  CHECK_FALSE(open.end);
}

}  // namespace wsb::net
