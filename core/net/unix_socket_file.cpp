#include "core/net/unix_socket_file.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

#include "core/base/text.h"

namespace wsb::net {
namespace {

constexpr mode_t kPermissions = 0777;

Error cannot_listen(const std::string& path, const std::string& why) {
  return make_error(ErrorCode::bind, "cannot listen on '" + printable(path) + "': " + why);
}

std::string why_not(int error_number) {
  switch (error_number) {
    case ENOENT: return "no such folder";
    case EACCES: return "permission denied";
    case EADDRINUSE: return "another program has just made it";
    default: return std::strerror(error_number);
  }
}

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  if (path.empty() || path.front() == '@' || path.size() >= sizeof address.sun_path) {
    const std::string most = std::to_string(sizeof address.sun_path - 1);
    return make_error(ErrorCode::invalid_argument,
                      "the path of a unix socket has 1 to " + most +
                          " bytes and no '@' in front: '" + printable(path) + "' (" +
                          std::to_string(path.size()) + " bytes)");
  }
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

int make_socket() { return ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); }

// What is there of a server that did not end in order.
Result<void> remove_stale(const std::string& path, const sockaddr_un& address) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return {};  // bind() finds out why
  if (!S_ISSOCK(status.st_mode)) {
    return cannot_listen(path, "this file is not a socket (remove it, or choose another --unix)");
  }
  const ListenSocket probe(make_socket(), path, 0);
  const int connected =
      ::connect(probe.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  if (connected == 0 || errno == EAGAIN) {
    return cannot_listen(path, "another program listens there (stop it, or choose another --unix)");
  }
  if (errno == EPROTOTYPE) {
    return cannot_listen(path, "it is another program's socket (choose another --unix)");
  }
  if (errno != ECONNREFUSED) return cannot_listen(path, why_not(errno));
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return cannot_listen(path, why_not(errno));
  return {};
}

}  // namespace

UnixSocketFile::UnixSocketFile(std::string path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return;
  path_ = std::move(path);
  device_ = status.st_dev;
  inode_ = status.st_ino;
}

UnixSocketFile::UnixSocketFile(UnixSocketFile&& other) noexcept
    : path_(std::exchange(other.path_, {})), device_(other.device_), inode_(other.inode_) {}

UnixSocketFile& UnixSocketFile::operator=(UnixSocketFile&& other) noexcept {
  if (this == &other) return *this;
  remove();
  path_ = std::exchange(other.path_, {});
  device_ = other.device_;
  inode_ = other.inode_;
  return *this;
}

void UnixSocketFile::remove() {
  const std::string path = std::exchange(path_, {});
  struct stat status {};
  if (path.empty() || ::lstat(path.c_str(), &status) != 0) return;
  if (S_ISSOCK(status.st_mode) && status.st_dev == device_ && status.st_ino == inode_) {
    ::unlink(path.c_str());
  }
}

Result<UnixListen> open_unix_listen_sockets(const std::string& path, mode_t mode, int count) {
  const auto address = address_of(path);
  if (!address) return address.error();
  WSB_TRY(remove_stale(path, *address));
  ListenSocket socket = ListenSocket::of_unix(make_socket(), path);
  if (socket.fd() < 0) return cannot_listen(path, why_not(errno));
  // The file gets the mode of its socket, less the process's mask, so it is open to nobody too
  // early; then the mask is made up for.
  UnixListen out;
  if (::fchmod(socket.fd(), mode) != 0 ||
      ::bind(socket.fd(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0) {
    return cannot_listen(path, why_not(errno));
  }
  out.file = UnixSocketFile(path);
  if (::chmod(path.c_str(), mode) != 0 || ::listen(socket.fd(), kListenBacklog) != 0) {
    return cannot_listen(path, why_not(errno));
  }
  auto sockets = share_listen_socket(std::move(socket), count);
  if (!sockets) return std::move(sockets).error();
  out.sockets = *std::move(sockets);
  return out;
}

Result<mode_t> parse_file_mode(std::string_view text) {
  mode_t mode = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, mode, 8);
  if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != end || mode > kPermissions) {
    return make_error(ErrorCode::invalid_argument, "'" + printable(text) +
                                                       "' is no mode of a file: octal digits from "
                                                       "0 to 0777, such as 0660");
  }
  return mode;
}

}  // namespace wsb::net
