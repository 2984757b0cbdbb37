#include "cli/passed_sockets.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "cli/values.h"
#include "core/base/text.h"

namespace wsb::cli {
namespace {

constexpr std::uint64_t kMost = 64;

std::optional<std::string> take_variable(const char* name) {
  const char* const value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  std::string out = value;
  ::unsetenv(name);
  return out;
}

int option_of(int fd, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

std::string_view fault_of(int fd, int family) {
  const int type = option_of(fd, SO_TYPE);
  if (type < 0) return "it is not a socket";
  if (type != SOCK_STREAM) return "it is not a stream socket (use ListenStream=)";
  if (option_of(fd, SO_ACCEPTCONN) != 1) return "it does not listen (use Accept=no)";
  if (family != AF_INET && family != AF_INET6 && family != AF_UNIX) {
    return "it is neither TCP nor a unix socket";
  }
  return {};
}

// The file; '@' in front: of the abstract namespace.
std::string unix_path(const sockaddr_storage& storage, socklen_t size) {
  const auto& address = reinterpret_cast<const sockaddr_un&>(storage);
  const std::size_t header = offsetof(sockaddr_un, sun_path);
  if (size <= header) return {};
  std::string path(address.sun_path, size - header);
  if (path.front() != '\0') return path.c_str();
  path.front() = '@';
  return path;
}

net::ListenSocket describe(int fd, const sockaddr_storage& storage, socklen_t size) {
  if (storage.ss_family == AF_UNIX) {
    return net::ListenSocket::of_unix(fd, unix_path(storage, size));
  }
  std::array<char, NI_MAXHOST> host{};
  ::getnameinfo(reinterpret_cast<const sockaddr*>(&storage), size, host.data(), host.size(),
                nullptr, 0, NI_NUMERICHOST);
  const bool v6 = storage.ss_family == AF_INET6;
  const in_port_t port = v6 ? reinterpret_cast<const sockaddr_in6&>(storage).sin6_port
                            : reinterpret_cast<const sockaddr_in&>(storage).sin_port;
  return {fd, host.data(), ntohs(port)};
}

Result<net::ListenSocket> take_one(int fd, std::string_view name) {
  net::ListenSocket owned(fd, {}, 0);
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  const bool is_socket =
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &size) == 0;
  const std::string_view fault = fault_of(fd, is_socket ? storage.ss_family : AF_UNSPEC);
  if (!fault.empty()) {
    const std::string called = name.empty() ? "" : " '" + printable(name) + "'";
    return make_error(ErrorCode::bind, "cannot listen on descriptor " + std::to_string(fd) +
                                           called + " of LISTEN_FDS: " + std::string(fault));
  }
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0) {
    return make_errno_error(ErrorCode::bind, "cannot use a descriptor of LISTEN_FDS", errno);
  }
  return describe(owned.release(), storage, size);
}

}  // namespace

Result<std::vector<net::ListenSocket>> take_passed_sockets(int first_fd) {
  const auto pid = take_variable("LISTEN_PID");
  const auto count = take_variable("LISTEN_FDS");
  const std::string names = take_variable("LISTEN_FDNAMES").value_or("");
  std::vector<net::ListenSocket> sockets;
  if (!pid || !count || *pid != std::to_string(::getpid())) return sockets;
  const auto number = parse_integer(*count, 0, kMost);
  if (!number) return Error(number.error()).with_context("LISTEN_FDS");
  const std::vector<std::string_view> called = split(names, ':');
  for (int i = 0; i < static_cast<int>(*number); ++i) {
    if (::fcntl(first_fd + i, F_SETFD, FD_CLOEXEC) != 0) {
      return make_errno_error(ErrorCode::bind,
                              "cannot use descriptor " + std::to_string(first_fd + i) +
                                  " of LISTEN_FDS",
                              errno);
    }
  }
  for (std::size_t i = 0; i < *number; ++i) {
    auto socket = take_one(first_fd + static_cast<int>(i), i < called.size() ? called[i] : "");
    if (!socket) return std::move(socket).error();
    sockets.push_back(*std::move(socket));
  }
  return sockets;
}

}  // namespace wsb::cli
