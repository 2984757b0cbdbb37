#include "core/net/lws/dialer.h"

#include <cerrno>
#include <optional>

#include "tests/support/loop_script.h"
#include "tests/support/test_socket.h"

namespace wsb::net {
namespace {

SocketAddress local(const char* host, std::uint16_t port) {
  return SocketAddress::numeric(host, port).value();
}

// The outcome of one dial.
Result<int> dial(Dialer::Config config) {
  LoopScript script;
  Dialer dialer(script.loop(), std::move(config));
  std::optional<Result<int>> outcome;
  dialer.start([&](Result<int> result) {
    CHECK_FALSE(outcome);
    outcome = std::move(result);
  });
  script.when([&] { return outcome.has_value(); });
  script.run();
  REQUIRE(outcome);
  return *outcome;
}

TEST_CASE("dialing a listener gives a connected socket") {
  const TestSocket listener = TestSocket::listening();
  const auto fd = dial({{local("127.0.0.1", listener.port())}, std::nullopt, true});
  REQUIRE(fd);
  const TestSocket client(*fd);
  const TestSocket server = listener.accept();
  server.send("x");
  CHECK(SocketAddress::remote_of(client.fd()).text() == listener.address().text());
}

TEST_CASE("a refused address is passed over, and refused ones alone are an error") {
  const TestSocket listener = TestSocket::listening();
  const TestSocket closed = TestSocket::bound_to(local("127.0.0.1", 0));
  const SocketAddress refusing = local("127.0.0.1", closed.port());
  const auto fd = dial({{refusing, refusing, local("127.0.0.1", listener.port())},
                        std::nullopt, true});
  REQUIRE(fd);
  const TestSocket client(*fd);
  const auto error = dial({{refusing, refusing}, std::nullopt, true});
  REQUIRE_FALSE(error);
  CHECK(error.error().code == ErrorCode::connect);
  CHECK(error.error().sys_errno == ECONNREFUSED);
}

TEST_CASE("a source address is used, and one that is not ours is an error") {
  const TestSocket listener = TestSocket::listening();
  const SocketAddress target = local("127.0.0.1", listener.port());
  const auto fd = dial({{target}, local("127.0.0.9", 0), true});
  REQUIRE(fd);
  const TestSocket client(*fd);
  CHECK(client.address().text().starts_with("127.0.0.9:"));
  const auto foreign = dial({{target}, local("192.0.2.1", 0), true});
  REQUIRE_FALSE(foreign);
  CHECK(foreign.error().sys_errno == EADDRNOTAVAIL);
  const auto other_family = dial({{target}, local("::1", 0), true});
  REQUIRE_FALSE(other_family);
  CHECK(other_family.error().sys_errno == EADDRNOTAVAIL);
}

TEST_CASE("an unreachable address is an error with its errno") {
  const auto error = dial({{local("255.255.255.255", 9)}, std::nullopt, true});
  REQUIRE_FALSE(error);
  CHECK(error.error().code == ErrorCode::connect);
  CHECK(error.error().sys_errno != 0);
}

// A listener whose queue of connections is full answers nothing: a connect to it stays under way.
struct FullListener {
  FullListener() : socket(TestSocket::bound_to(local("127.0.0.1", 0))) {
    WSB_CHECK(listen(socket.fd(), 0) == 0);
    for (int i = 0; i < 4; ++i) {
      fillers.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      const SocketAddress address = socket.address();
      ::connect(fillers.back().fd(), address.get(), address.size);
    }
  }
  TestSocket socket;
  std::vector<TestSocket> fillers;
};

TEST_CASE("an address that does not answer is overtaken by the next one after 250 ms") {
  const FullListener silent;
  const TestSocket listener = TestSocket::listening();
  LoopScript script;
  Dialer dialer(script.loop(), {{silent.socket.address(), listener.address()}, std::nullopt, true});
  std::optional<Result<int>> outcome;
  const TimePoint begin = script.loop().now();
  dialer.start([&](Result<int> result) { outcome = std::move(result); });
  script.when([&] { return outcome.has_value(); });
  script.run();
  REQUIRE(outcome);
  REQUIRE(*outcome);
  const TestSocket client(**outcome);
  CHECK(SocketAddress::remote_of(client.fd()).text() == listener.address().text());
  CHECK(script.loop().now() - begin >= 250ms);
}

TEST_CASE("a cancelled dial tells nobody") {
  const FullListener silent;
  LoopScript script;
  Dialer dialer(script.loop(), {{silent.socket.address()}, std::nullopt, true});
  bool told = false;
  dialer.start([&](const Result<int>&) { told = true; });
  script.when([] { return true; }, [&] { dialer.cancel(); });
  script.run();
  CHECK_FALSE(told);
}

}  // namespace
}  // namespace wsb::net
