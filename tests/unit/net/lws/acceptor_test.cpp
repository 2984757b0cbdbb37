#include "core/net/lws/acceptor.h"

#include <catch2/catch.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vector>

#include "core/net/lws/lws_loop.h"
#include "tests/unit/net/lws/test_server.h"

namespace wsb::net {
namespace {

int dial(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(fd >= 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  return fd;
}

void close_all(std::vector<int>& fds) {
  for (const int fd : fds) close(fd);
  fds.clear();
}

struct Bed {
  Bed() {
    auto sockets = open_listen_sockets("127.0.0.1", 0, 1);
    REQUIRE(sockets);
    port = sockets->front().port();
    auto made = LwsLoop::create(global);
    REQUIRE(made);
    loop = std::move(made).value();
    acceptor = std::make_unique<Acceptor>(*loop, log, std::move(sockets->front()), [this](int fd) {
      taken.push_back(fd);
      if (taken.size() == wanted) loop->stop();
    });
    loop->schedule(loop->now() + 20s, [this] { loop->stop(); });
  }
  ~Bed() {
    acceptor.reset();
    close_all(taken);
  }

  TestLog log;
  std::mutex global;
  std::uint16_t port = 0;
  std::unique_ptr<LwsLoop> loop;
  std::unique_ptr<Acceptor> acceptor;
  std::vector<int> taken;
  std::size_t wanted = 0;
};

// An ordinary round with descriptors to spare. UBSan opens a pipe when it first meets the type of
// an object, and takes the object for broken when it cannot.
void let_the_sanitizer_see_every_type() {
  Bed bed;
  bed.wanted = 1;
  std::vector<int> clients{dial(bed.port)};
  bed.acceptor->start();
  bed.loop->run();
  close_all(clients);
}

}  // namespace

TEST_CASE("every connection is taken, also more than one turn takes") {
  Bed bed;
  bed.wanted = 200;
  std::vector<int> clients;
  for (int i = 0; i < 200; ++i) clients.push_back(dial(bed.port));
  bed.acceptor->start();
  bed.loop->run();
  CHECK(bed.taken.size() == 200);
  CHECK(bed.acceptor->pauses() == 0);
  close_all(clients);
}

TEST_CASE("out of descriptors it pauses, says so once, and goes on when there are some") {
  let_the_sanitizer_see_every_type();
  Bed bed;
  bed.wanted = 1;
  std::vector<int> clients;
  for (int i = 0; i < 3; ++i) clients.push_back(dial(bed.port));
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  rlimit none = before;
  none.rlim_cur = static_cast<rlim_t>(clients.back() + 1);  // not one more
  REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
  bed.acceptor->start();
  bed.loop->schedule(bed.loop->now() + 50ms, [&] { setrlimit(RLIMIT_NOFILE, &before); });
  bed.loop->run();
  CHECK(setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(bed.acceptor->pauses() == 1);
  CHECK(bed.taken.size() >= 1);
  CHECK(bed.log.text() ==
        "cannot accept connections: Too many open files (raise the limit with 'ulimit -n'); new "
        "clients are turned away\n");
  close_all(clients);
}

TEST_CASE("who has connected before the end is taken, if the acceptor is to be drained") {
  Bed bed;
  std::vector<int> clients;
  for (int i = 0; i < 100; ++i) clients.push_back(dial(bed.port));
  bed.acceptor->start();
  bed.acceptor->drain_and_stop();
  CHECK(bed.taken.size() == 100);
  CHECK(open_listen_sockets("127.0.0.1", bed.port, 1));
  close_all(clients);
}

TEST_CASE("a stopped acceptor takes nobody and leaves the port") {
  Bed bed;
  bed.acceptor->start();
  bed.acceptor->stop();
  bed.acceptor->stop();
  CHECK(open_listen_sockets("127.0.0.1", bed.port, 1));
}

}  // namespace wsb::net
