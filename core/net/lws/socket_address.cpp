#include "core/net/lws/socket_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

namespace wsb::net {
namespace {

// The socket functions take every address through sockaddr; the storage is aligned for all of them.
sockaddr* as_sockaddr(sockaddr_storage& storage) { return reinterpret_cast<sockaddr*>(&storage); }

template <class Address>
Address& as(sockaddr_storage& storage) {
  return reinterpret_cast<Address&>(storage);
}

template <class Address>
const Address& as(const sockaddr_storage& storage) {
  return reinterpret_cast<const Address&>(storage);
}

std::string unix_text(const sockaddr_un& address, socklen_t size) {
  const std::size_t header = offsetof(sockaddr_un, sun_path);
  if (size <= header) return "unix";
  std::string path(address.sun_path, size - header);
  if (path.front() == '\0') {
    path.front() = '@';
  } else {
    path.resize(std::strlen(path.c_str()));
  }
  return path;
}

}  // namespace

Result<SocketAddress> SocketAddress::numeric(const std::string& host, std::uint16_t port) {
  SocketAddress out;
  if (inet_pton(AF_INET, host.c_str(), &as<sockaddr_in>(out.storage).sin_addr) == 1) {
    out.storage.ss_family = AF_INET;
    out.size = sizeof(sockaddr_in);
  } else if (inet_pton(AF_INET6, host.c_str(), &as<sockaddr_in6>(out.storage).sin6_addr) == 1) {
    out.storage.ss_family = AF_INET6;
    out.size = sizeof(sockaddr_in6);
  } else {
    return make_error(ErrorCode::invalid_argument, "'" + host + "' is not an IP address");
  }
  out.set_port(port);
  return out;
}

Result<SocketAddress> SocketAddress::unix_socket(const std::string& path) {
  SocketAddress out;
  auto& address = as<sockaddr_un>(out.storage);
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return make_error(ErrorCode::invalid_argument,
                      "the name of a unix socket has 1 to " +
                          std::to_string(sizeof address.sun_path - 1) + " bytes: '" + path + "'");
  }
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  const bool abstract = path.front() == '@';
  if (abstract) address.sun_path[0] = '\0';
  out.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() +
                                    (abstract ? 0 : 1));
  return out;
}

SocketAddress SocketAddress::copy_of(const sockaddr* address, socklen_t size) {
  SocketAddress out;
  out.size = std::min(size, static_cast<socklen_t>(sizeof out.storage));
  std::memcpy(&out.storage, address, out.size);
  return out;
}

SocketAddress SocketAddress::local_of(int fd) {
  SocketAddress out;
  out.size = sizeof out.storage;
  if (getsockname(fd, as_sockaddr(out.storage), &out.size) != 0) out.size = 0;
  return out;
}

SocketAddress SocketAddress::remote_of(int fd) {
  SocketAddress out;
  out.size = sizeof out.storage;
  if (getpeername(fd, as_sockaddr(out.storage), &out.size) != 0) out.size = 0;
  return out;
}

void SocketAddress::set_port(std::uint16_t port) {
  if (family() == AF_INET) as<sockaddr_in>(storage).sin_port = htons(port);
  if (family() == AF_INET6) as<sockaddr_in6>(storage).sin6_port = htons(port);
}

std::string SocketAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> host{};
  if (size == 0) return "";
  if (family() == AF_INET) {
    const auto& address = as<sockaddr_in>(storage);
    inet_ntop(AF_INET, &address.sin_addr, host.data(), host.size());
    return std::string(host.data()) + ":" + std::to_string(ntohs(address.sin_port));
  }
  if (family() == AF_INET6) {
    const auto& address = as<sockaddr_in6>(storage);
    inet_ntop(AF_INET6, &address.sin6_addr, host.data(), host.size());
    return "[" + std::string(host.data()) + "]:" + std::to_string(ntohs(address.sin6_port));
  }
  return unix_text(as<sockaddr_un>(storage), size);
}

void alternate_families(std::vector<SocketAddress>& addresses) {
  if (addresses.empty()) return;
  std::vector<SocketAddress> first;
  std::vector<SocketAddress> second;
  for (const SocketAddress& address : addresses) {
    (address.family() == addresses.front().family() ? first : second).push_back(address);
  }
  addresses.clear();
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) addresses.push_back(first[i]);
    if (i < second.size()) addresses.push_back(second[i]);
  }
}

}  // namespace wsb::net
