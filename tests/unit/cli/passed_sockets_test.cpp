#include "cli/passed_sockets.h"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "core/net/unix_socket_file.h"

namespace wsb::cli {
namespace {

constexpr int kFirst = 200;  // where nothing is

void announce(const std::string& count, const std::string& names = "",
              const std::string& pid = std::to_string(::getpid())) {
  ::setenv("LISTEN_PID", pid.c_str(), 1);
  ::setenv("LISTEN_FDS", count.c_str(), 1);
  ::setenv("LISTEN_FDNAMES", names.c_str(), 1);
}

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

std::string error_with(int fd, const std::string& name) {
  REQUIRE(::dup2(fd, kFirst) == kFirst);
  announce("1", name);
  const auto sockets = take_passed_sockets(kFirst);
  REQUIRE_FALSE(sockets);
  CHECK_FALSE(is_open(kFirst));
  return sockets.error().text();
}

TEST_CASE("without a word about sockets there are none") {
  ::unsetenv("LISTEN_PID");
  ::unsetenv("LISTEN_FDS");
  CHECK(take_passed_sockets(kFirst).value().empty());
  announce("1", "", "1");  // for another process
  CHECK(take_passed_sockets(kFirst).value().empty());
  CHECK(std::getenv("LISTEN_PID") == nullptr);
  CHECK(std::getenv("LISTEN_FDS") == nullptr);
  CHECK(std::getenv("LISTEN_FDNAMES") == nullptr);
  announce("0");
  CHECK(take_passed_sockets(kFirst).value().empty());
}

TEST_CASE("sockets are taken with where they listen, for this process alone and not to wait on") {
  const auto tcp = net::open_listen_sockets("127.0.0.1", 0, 1);
  const auto tcp6 = net::open_listen_sockets("::1", 0, 1);
  const std::string path = "/tmp/wsb-test-" + std::to_string(::getpid()) + ".passed";
  const auto file = net::open_unix_listen_sockets(path, 0600, 1);
  REQUIRE(tcp);
  REQUIRE(file);
  int next = kFirst;
  REQUIRE(::dup2(tcp->front().fd(), next++) == kFirst);
  REQUIRE(::dup2(file->sockets.front().fd(), next++) > 0);
  if (tcp6) REQUIRE(::dup2(tcp6->front().fd(), next++) > 0);
  ::fcntl(kFirst, F_SETFL, 0);
  announce(std::to_string(next - kFirst), "web:local");
  const auto sockets = take_passed_sockets(kFirst);
  REQUIRE(sockets);
  REQUIRE(sockets->size() == static_cast<std::size_t>(next - kFirst));
  CHECK((*sockets)[0].fd() == kFirst);
  CHECK((*sockets)[0].host() == "127.0.0.1");
  CHECK((*sockets)[0].port() == tcp->front().port());
  CHECK((::fcntl(kFirst, F_GETFD) & FD_CLOEXEC) != 0);
  CHECK((::fcntl(kFirst, F_GETFL) & O_NONBLOCK) != 0);
  CHECK((*sockets)[1].is_unix());
  CHECK((*sockets)[1].host() == path);
  if (tcp6) CHECK((*sockets)[2].host() == "::1");
  CHECK(std::getenv("LISTEN_FDS") == nullptr);
}

TEST_CASE("a descriptor that cannot be listened on is an error with its name") {
  const int file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  CHECK(error_with(file, "web") ==
        "cannot listen on descriptor 200 'web' of LISTEN_FDS: it is not a socket");
  ::close(file);
  const int datagram = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  CHECK(error_with(datagram, "") ==
        "cannot listen on descriptor 200 of LISTEN_FDS: it is not a stream socket (use "
        "ListenStream=)");
  ::close(datagram);
  const int idle = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK(error_with(idle, "\x1b") ==
        "cannot listen on descriptor 200 '\\x1b' of LISTEN_FDS: it does not listen (use "
        "Accept=no)");
  ::close(idle);
}

TEST_CASE("a number that cannot be is an error") {
  for (const char* bad : {"x", "", "-1", "65"}) {
    announce(bad);
    const auto sockets = take_passed_sockets(kFirst);
    REQUIRE_FALSE(sockets);
    CHECK(sockets.error().text().starts_with("LISTEN_FDS: "));
  }
  announce("1");
  const auto none = take_passed_sockets(kFirst);
  REQUIRE_FALSE(none);
  CHECK(none.error().text() ==
        "cannot use descriptor 200 of LISTEN_FDS: Bad file descriptor");
}

}  // namespace
}  // namespace wsb::cli
