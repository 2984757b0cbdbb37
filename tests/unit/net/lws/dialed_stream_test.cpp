#include "core/net/lws/dialed_stream.h"

#include <cerrno>
#include <optional>

#include "tests/support/loop_script.h"
#include "tests/support/test_socket.h"

namespace wsb::net {
namespace {

// A stream to the given URL on a scripted loop, and what it told.
struct Bench final : StreamEvents {
  explicit Bench(const std::string& url) {
    ConnectConfig config;
    config.url = http::parse_url(url).value();
    open(config);
  }
  explicit Bench(const ConnectConfig& config) { open(config); }
  void open(const ConnectConfig& config) {
    stream = std::make_unique<DialedStream>(script.loop(), resolver, config);
    stream->start(*this);
    CHECK(phases.empty());
  }

  void on_phase(Phase phase) override { phases.push_back(phase); }
  void on_bytes(BytesView bytes) override {
    received += bytes;
    ++reads;
    if (when_bytes) when_bytes();
  }
  void on_writable() override {
    ++writable;
    if (when_writable) when_writable();
  }
  void on_end(const StreamEnd& ended) override {
    CHECK_FALSE(end);
    end = ended;
  }
  [[nodiscard]] bool connected() const {
    return !phases.empty() && phases.back() == Phase::handshake;
  }

  LoopScript script;
  Resolver resolver{script.loop()};
  std::vector<Phase> phases;
  Bytes received;
  int reads = 0;
  int writable = 0;
  std::function<void()> when_bytes;
  std::function<void()> when_writable;
  std::optional<StreamEnd> end;
  std::unique_ptr<DialedStream> stream;
};

std::string url_of(const TestSocket& listener) {
  return "ws://127.0.0.1:" + std::to_string(listener.port()) + "/";
}

TEST_CASE("bytes go both ways and an orderly end is told as one") {
  const TestSocket listener = TestSocket::listening();
  Bench bench(url_of(listener));
  std::optional<TestSocket> peer;
  bench.script.when([&] { return bench.connected(); }, [&] {
    CHECK(bench.phases == std::vector<Phase>{Phase::connect, Phase::handshake});
    peer = listener.accept();
    ConnectionInfo info;
    bench.stream->describe(info);
    CHECK(info.remote == listener.address().text());
    CHECK(info.local == SocketAddress::remote_of(peer->fd()).text());
    CHECK(bench.stream->write("hello") == 5);
    CHECK(peer->receive(5) == "hello");
    peer->send("world");
  });
  bench.script.when([&] { return bench.received == "world"; }, [&] { peer->close(); });
  bench.script.when([&] { return bench.end.has_value(); });
  bench.script.run();
  CHECK(bench.end->phase == Phase::open);
  CHECK_FALSE(bench.end->error);
}

TEST_CASE("what came before a reset is delivered before the error is told") {
  const TestSocket listener = TestSocket::listening();
  Bench bench(url_of(listener));
  bench.script.when([&] { return bench.connected(); }, [&] {
    TestSocket peer = listener.accept();
    peer.send("last words");
    peer.reset();
  });
  bench.script.when([&] { return bench.end.has_value(); });
  bench.script.run();
  CHECK(bench.received == "last words");
  REQUIRE(bench.end->error);
  CHECK(bench.end->error->code == ErrorCode::connection_lost);
  CHECK(bench.end->error->sys_errno == ECONNRESET);
}

TEST_CASE("writing into a connection that the peer has dropped ends it once") {
  const TestSocket listener = TestSocket::listening();
  Bench bench(url_of(listener));
  bench.script.when([&] { return bench.connected(); }, [&] {
    bench.stream->pause_reading();
    TestSocket peer = listener.accept();
    peer.reset();
    CHECK(bench.stream->write("into the void") == 13);
    CHECK_FALSE(bench.end);
  });
  bench.script.when([&] { return bench.end.has_value(); });
  bench.script.run();
  REQUIRE(bench.end->error);
  CHECK(bench.end->error->code == ErrorCode::connection_lost);
}

TEST_CASE("a writer waits for a slow peer, as often as it must, and loses nothing") {
  const TestSocket listener = TestSocket::listening();
  Bench bench(url_of(listener));
  constexpr std::size_t kTotal = std::size_t{64} << 20U;
  const Bytes block(std::size_t{1} << 20U, 'x');
  std::size_t sent = 0;
  std::size_t received = 0;
  std::optional<TestSocket> peer;
  bench.when_writable = [&] {
    std::size_t taken = block.size();
    while (sent < kTotal && taken == block.size()) {
      taken = bench.stream->write(block);
      sent += taken;
    }
  };
  bench.script.when([&] { return bench.connected(); }, [&] {
    peer = listener.accept();
    bench.when_writable();
    CHECK(sent < kTotal);
  });
  bench.script.when([&] {
    received += peer->receive_ready().size();
    return sent >= kTotal && received == sent;
  });
  bench.script.run();
  CHECK(bench.writable > 1);
}

TEST_CASE("nothing is read while paused, and reading goes on afterwards") {
  const TestSocket listener = TestSocket::listening();
  Bench bench(url_of(listener));
  std::optional<TestSocket> peer;
  int turns = 0;
  bench.when_bytes = [&] { bench.stream->pause_reading(); };
  bench.script.when([&] { return bench.connected(); }, [&] {
    peer = listener.accept();
    peer->send("one");
  });
  bench.script.when([&] { return bench.reads == 1; }, [&] { peer->send("two"); });
  bench.script.when([&] { return ++turns == 20; }, [&] {
    CHECK(bench.received == "one");
    bench.when_bytes = nullptr;
    bench.stream->resume_reading();
    CHECK(bench.received == "one");
  });
  bench.script.when([&] { return bench.received == "onetwo"; });
  bench.script.run();
}

TEST_CASE("closing, also inside an event, ends TCP and raises nothing more") {
  const bool inside = GENERATE(false, true);
  CAPTURE(inside);
  const TestSocket listener = TestSocket::listening();
  Bench bench(url_of(listener));
  std::optional<TestSocket> peer;
  bench.when_bytes = [&] { bench.stream->close(); };
  bench.script.when([&] { return bench.connected(); }, [&] {
    peer = listener.accept();
    CHECK(bench.stream->write("bye") == 3);
    if (inside) {
      peer->send("x");
    } else {
      bench.stream->close();
    }
  });
  Bytes seen;
  bench.script.when([&] {
    std::array<char, 16> buffer{};
    const ssize_t size = recv(peer->fd(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size > 0) seen.append(buffer.data(), static_cast<std::size_t>(size));
    return size == 0;
  });
  bench.script.run();
  CHECK(seen == "bye");
  CHECK_FALSE(bench.end);
}

TEST_CASE("a unix socket is connected to by its file name or its abstract name") {
  const std::string name = "wsb-raw-stream-test-" + std::to_string(getpid());
  for (const std::string& path : {"/tmp/" + name, "@" + name}) {
    const TestSocket listener =
        TestSocket::listening(SocketAddress::unix_socket(path).value());
    ConnectConfig config;
    config.url.unix_path = path;
    Bench bench(config);
    bench.script.when([&] { return bench.connected(); }, [&] {
      ConnectionInfo info;
      bench.stream->describe(info);
      CHECK(info.remote == path);
      listener.accept().send("hi");
    });
    bench.script.when([&] { return bench.end.has_value(); });
    bench.script.run();
    CHECK(bench.received == "hi");
    if (path.front() == '/') unlink(path.c_str());
  }
}

struct Failure {
  const char* url;
  const char* source;
  Phase phase;
  ErrorCode code;
  const char* text;
};
constexpr Failure kFailures[] = {
    {"ws://127.0.0.1:1/", "", Phase::connect, ErrorCode::connect,
     "cannot connect to '127.0.0.1:1': Connection refused"},
    {"ws://127.0.0.1:1/", "192.0.2.1", Phase::connect, ErrorCode::connect,
     "cannot connect to '127.0.0.1:1' from '192.0.2.1': Cannot assign requested address"},
    {"ws://127.0.0.1:1/", "elsewhere", Phase::connect, ErrorCode::invalid_argument,
     "'elsewhere' is not an IP address"},
    {"ws+unix:/nonexistent/x.sock", "", Phase::connect, ErrorCode::connect,
     "cannot connect to '/nonexistent/x.sock': No such file or directory"},
};

TEST_CASE("what cannot be connected to is told with its name and its errno") {
  for (const Failure& failure : kFailures) {
    CAPTURE(failure.url, failure.source);
    ConnectConfig config;
    config.url = http::parse_url(failure.url).value();
    config.source_address = failure.source;
    Bench bench(config);
    bench.script.when([&] { return bench.end.has_value(); });
    bench.script.run();
    CHECK(bench.end->phase == failure.phase);
    REQUIRE(bench.end->error);
    CHECK(bench.end->error->code == failure.code);
    CHECK(bench.end->error->text() == failure.text);
  }
}

}  // namespace
}  // namespace wsb::net
