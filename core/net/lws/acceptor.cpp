#include "core/net/lws/acceptor.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace wsb::net {
namespace {

constexpr int kAcceptsPerTurn = 64;
constexpr int kMostAtEnd = 4096;  // the listening socket's backlog
constexpr Duration kPause = std::chrono::milliseconds(200);

int open_spare() { return open("/dev/null", O_RDONLY | O_CLOEXEC); }

bool out_of_resources(int sys_errno) {
  return sys_errno == EMFILE || sys_errno == ENFILE || sys_errno == ENOBUFS || sys_errno == ENOMEM;
}

}  // namespace

Acceptor::Acceptor(Loop& loop, Log& log, ListenSocket socket, std::function<void(int)> take)
    : loop_(loop),
      log_(log),
      socket_(std::move(socket)),
      take_(std::move(take)),
      spare_fd_(open_spare()) {}

Acceptor::~Acceptor() {
  stop();
  if (spare_fd_ >= 0) close(spare_fd_);
}

void Acceptor::start() {
  if (watching_ || socket_.fd() < 0) return;
  watching_ = true;
  loop_.watch_readable(socket_.fd(), [this] { accept_some(); });
}

// Closing the socket resets what waits in it. Who connects all the while must not keep us here.
void Acceptor::drain_and_stop() {
  for (int i = 0; watching_ && i < kMostAtEnd; ++i) {
    const int fd = accept4(socket_.fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      take_(fd);
    } else if (errno != EINTR && errno != ECONNABORTED) {
      break;
    }
  }
  stop();
}

void Acceptor::stop() {
  loop_.cancel(std::exchange(resume_, TimerId{}));
  if (std::exchange(watching_, false)) loop_.unwatch(socket_.fd());
  socket_ = ListenSocket();
}

void Acceptor::accept_some() {
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    const int fd = accept4(socket_.fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      take_(fd);
      if (!watching_) return;  // stopped by what it was taken for
      continue;
    }
    if (errno == EINTR || errno == ECONNABORTED) continue;
    if (out_of_resources(errno)) pause(errno);
    return;
  }
}

void Acceptor::turn_one_away() {
  if (spare_fd_ < 0) return;
  close(std::exchange(spare_fd_, -1));
  const int fd = accept4(socket_.fd(), nullptr, nullptr, SOCK_CLOEXEC);
  if (fd >= 0) close(fd);
  spare_fd_ = open_spare();
}

void Acceptor::pause(int sys_errno) {
  ++pauses_;
  if (pauses_ == 1 || pauses_ % 100 == 0) {
    log_.write(LogLevel::warning,
               std::string("cannot accept connections: ") + std::strerror(sys_errno) +
                   " (raise the limit with 'ulimit -n'); new clients are turned away");
  }
  turn_one_away();
  watching_ = false;
  loop_.unwatch(socket_.fd());
  resume_ = loop_.schedule(loop_.now() + kPause, [this] {
    resume_ = TimerId{};
    start();
  });
}

}  // namespace wsb::net
