#include "core/net/lws/dialer.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace wsb::net {
namespace {

constexpr Duration kStagger = std::chrono::milliseconds(250);  // RFC 8305 §5, "recommended"

int socket_error(int fd) {
  int error_number = 0;
  socklen_t size = sizeof error_number;
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error_number, &size) != 0) return errno;
  return error_number;
}

void set_option(int fd, int level, int option) {
  const int on = 1;
  setsockopt(fd, level, option, &on, sizeof on);
}

// On this machine a connection is there, or refused, before connect() returns.
bool is_settled(int fd) {
  pollfd entry{fd, POLLOUT, 0};
  return poll(&entry, 1, 0) == 1;
}

}  // namespace

// A socket on its way. The uv handle outlives the attempt by the turn that closing takes.
struct Dialer::Attempt {
  Dialer* dialer = nullptr;
  int fd = -1;
  uv_poll_t poll{};
};

Dialer::Dialer(LwsLoop& loop, Config config) : loop_(loop), config_(std::move(config)) {
  if (config_.source) {
    std::erase_if(config_.addresses, [this](const SocketAddress& address) {
      return address.family() != config_.source->family();
    });
  }
  last_errno_ = EADDRNOTAVAIL;  // should no address be left
}

Dialer::~Dialer() { give_up_attempts(); }

void Dialer::cancel() {
  done_ = nullptr;
  give_up_attempts();
}

void Dialer::start(Done done) {
  done_ = std::move(done);
  try_next();
}

void Dialer::try_next() {
  loop_.cancel(std::exchange(stagger_, {}));
  while (done_ && next_ < config_.addresses.size()) {
    const int fd = open(config_.addresses[next_++]);
    if (fd < 0) continue;
    if (is_settled(fd)) {
      const int error_number = socket_error(fd);
      if (error_number == 0) return succeed(fd);
      last_errno_ = error_number;
      close(fd);
      continue;
    }
    if (!watch(fd)) continue;
    if (next_ < config_.addresses.size()) {
      stagger_ = loop_.schedule(loop_.now() + kStagger, [this] { try_next(); });
    }
    return;
  }
  if (done_ && attempts_.empty()) {
    std::exchange(done_, nullptr)(
        make_errno_error(ErrorCode::connect, "cannot connect", last_errno_));
  }
}

// -1 with last_errno_: it failed at once.
int Dialer::open(const SocketAddress& address) {
  const int fd = socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) {
    last_errno_ = errno;
    return -1;
  }
  const bool tcp = address.family() != AF_UNIX;
  if (tcp && config_.tcp_nodelay) set_option(fd, IPPROTO_TCP, TCP_NODELAY);
  if (config_.source) {
    // Leaves the choice of the port to connect(), which needs only the four-tuple to be free.
    set_option(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
    if (bind(fd, config_.source->get(), config_.source->size) != 0) {
      last_errno_ = errno;
      close(fd);
      return -1;
    }
  }
  if (connect(fd, address.get(), address.size) == 0 || errno == EINPROGRESS) return fd;
  last_errno_ = errno;
  close(fd);
  return -1;
}

// False with last_errno_: the socket cannot be watched, and is closed.
bool Dialer::watch(int fd) {
  auto made = std::make_unique<Attempt>(Attempt{this, fd, {}});
  if (const int status = uv_poll_init(loop_.uv(), &made->poll, fd); status != 0) {
    last_errno_ = -status;
    close(fd);
    return false;
  }
  Attempt* attempt = made.release();  // until let_go()
  attempt->poll.data = attempt;
  attempts_.push_back(attempt);
  uv_poll_start(&attempt->poll, UV_WRITABLE, [](uv_poll_t* handle, int, int) {
    auto& settled = *static_cast<Attempt*>(handle->data);
    settled.dialer->settled(settled);
  });
  return true;
}

void Dialer::settled(Attempt& attempt) {
  const int fd = attempt.fd;
  std::erase(attempts_, &attempt);
  let_go(&attempt);
  const int error_number = socket_error(fd);
  if (error_number == 0) return succeed(fd);
  close(fd);
  last_errno_ = error_number;
  try_next();
}

void Dialer::succeed(int fd) {
  give_up_attempts();
  std::exchange(done_, nullptr)(fd);
}

void Dialer::give_up_attempts() {
  loop_.cancel(std::exchange(stagger_, {}));
  for (Attempt* attempt : attempts_) {
    const int fd = attempt->fd;
    let_go(attempt);
    close(fd);
  }
  attempts_.clear();
}

// uv_close() ends libuv's interest in the descriptor at once; the memory follows in a later turn.
void Dialer::let_go(Attempt* attempt) {
  uv_close(reinterpret_cast<uv_handle_t*>(&attempt->poll),
           [](uv_handle_t* handle) { delete static_cast<Attempt*>(handle->data); });
}

}  // namespace wsb::net
