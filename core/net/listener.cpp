#include "core/net/listener.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "core/base/check.h"

namespace wsb::net {
namespace {

// A port of the kernel's choice may be taken by somebody else between two binds.
constexpr int kAttempts = 8;

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

std::string shown(const std::string& host, std::uint16_t port) {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Error bind_error(const std::string& host, std::uint16_t port, int sys_errno) {
  std::string message = "cannot listen on " + shown(host, port) + ": ";
  switch (sys_errno) {
    case EADDRINUSE:
      message += "address already in use (stop the other program, or try another --port)";
      break;
    case EACCES: message += "permission denied (try --port 8080)"; break;
    case EADDRNOTAVAIL:
      message += "not an address of this machine (try --host 0.0.0.0 or --host ::)";
      break;
    default: message += std::strerror(sys_errno);
  }
  Error error = make_error(ErrorCode::bind, std::move(message));
  error.sys_errno = sys_errno;
  return error;
}

Result<Addresses> resolve(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int status = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (status != 0) {
    return make_error(ErrorCode::bind, "cannot listen on '" + host + "': " + gai_strerror(status));
  }
  return Addresses(found);
}

enum class Sharing { exclusive, shared };

// The socket, bound; or the errno.
Result<ListenSocket> bind_socket(const addrinfo& address, const std::string& host,
                                 Sharing sharing) {
  const auto failed = [&host](std::uint16_t port) { return bind_error(host, port, errno); };
  sockaddr_storage storage{};
  std::memcpy(&storage, address.ai_addr, address.ai_addrlen);
  const std::uint16_t port =
      ntohs(storage.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(storage).sin6_port
                                          : reinterpret_cast<sockaddr_in&>(storage).sin_port);
  const int fd = socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return failed(port);
  ListenSocket guard(fd, host, port);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (sharing == Sharing::shared && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0) {
    return failed(port);
  }
  if (bind(fd, reinterpret_cast<sockaddr*>(&storage), address.ai_addrlen) != 0) {
    return failed(port);
  }
  socklen_t length = sizeof storage;
  getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &length);
  const std::uint16_t bound =
      ntohs(storage.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(storage).sin6_port
                                          : reinterpret_cast<sockaddr_in&>(storage).sin_port);
  return ListenSocket(guard.release(), host, bound);
}

void set_port(addrinfo& address, std::uint16_t port) {
  if (address.ai_family == AF_INET6) {
    reinterpret_cast<sockaddr_in6*>(address.ai_addr)->sin6_port = htons(port);
  } else {
    reinterpret_cast<sockaddr_in*>(address.ai_addr)->sin_port = htons(port);
  }
}

Result<std::vector<ListenSocket>> open_on(addrinfo& address, const std::string& host, int count) {
  std::vector<ListenSocket> sockets;
  // With SO_REUSEPORT alone a second server would quietly share the port: the first bind is
  // without.
  auto first = bind_socket(address, host, Sharing::exclusive);
  if (!first) return std::move(first).error();
  if (count == 1) {
    sockets.push_back(std::move(first).value());
  } else {
    set_port(address, first->port());
    first = ListenSocket();  // makes room for those that share
    for (int i = 0; i < count; ++i) {
      auto next = bind_socket(address, host, Sharing::shared);
      if (!next) return std::move(next).error();
      sockets.push_back(std::move(next).value());
    }
  }
  for (const ListenSocket& socket : sockets) {
    if (::listen(socket.fd(), kListenBacklog) != 0) return bind_error(host, socket.port(), errno);
  }
  return sockets;
}

Result<std::vector<ListenSocket>> open_on_free_port(addrinfo& address, const std::string& host,
                                                    std::uint16_t port, int count) {
  auto sockets = open_on(address, host, count);
  for (int attempt = 1; !sockets && port == 0 && attempt < kAttempts; ++attempt) {
    set_port(address, 0);
    sockets = open_on(address, host, count);
  }
  return sockets;
}

}  // namespace

ListenSocket::~ListenSocket() {
  if (fd_ >= 0) close(fd_);
}

ListenSocket ListenSocket::of_unix(int fd, std::string path) {
  ListenSocket socket(fd, std::move(path), 0);
  socket.is_unix_ = true;
  return socket;
}

ListenSocket::ListenSocket(ListenSocket&& other) noexcept
    : fd_(other.release()),
      host_(std::move(other.host_)),
      port_(other.port_),
      is_unix_(other.is_unix_) {}

ListenSocket& ListenSocket::operator=(ListenSocket&& other) noexcept {
  if (this == &other) return *this;
  if (fd_ >= 0) close(fd_);
  fd_ = other.release();
  host_ = std::move(other.host_);
  port_ = other.port_;
  is_unix_ = other.is_unix_;
  return *this;
}

int ListenSocket::release() { return std::exchange(fd_, -1); }

Result<std::vector<ListenSocket>> open_listen_sockets(const std::string& host, std::uint16_t port,
                                                      int count) {
  WSB_CHECK(count >= 1);
  auto addresses = resolve(host, port);
  if (!addresses) return std::move(addresses).error();
  auto sockets = open_on_free_port(**addresses, host, port, count);
  // A host without IPv6 may still have names with addresses of it.
  for (addrinfo* next = (*addresses)->ai_next; !sockets && next != nullptr; next = next->ai_next) {
    const int why = sockets.error().sys_errno;
    if (why != EAFNOSUPPORT && why != EADDRNOTAVAIL) break;
    auto others = open_on_free_port(*next, host, port, count);
    if (others) return others;
    sockets = std::move(others);
  }
  if (sockets) return sockets;
  Error error = std::move(sockets).error();
  error.sys_errno = 0;  // the message says it already
  return error;
}

Result<std::vector<ListenSocket>> share_listen_socket(ListenSocket socket, int count) {
  WSB_CHECK(count >= 1);
  std::vector<ListenSocket> sockets;
  sockets.push_back(std::move(socket));
  while (sockets.size() < static_cast<std::size_t>(count)) {
    const ListenSocket& first = sockets.front();
    const int fd = fcntl(first.fd(), F_DUPFD_CLOEXEC, 0);
    if (fd < 0) return make_errno_error(ErrorCode::bind, "cannot share a listening socket", errno);
    sockets.push_back(first.is_unix() ? ListenSocket::of_unix(fd, first.host())
                                      : ListenSocket(fd, first.host(), first.port()));
  }
  return sockets;
}

}  // namespace wsb::net
