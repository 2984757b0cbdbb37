#pragma once

// An address that a socket can connect to or be bound to, with its text. Value type, any thread.

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace wsb::net {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  // Errors: invalid_argument, for anything but an IPv4 or IPv6 address.
  [[nodiscard]] static Result<SocketAddress> numeric(const std::string& host, std::uint16_t port);
  // Of a unix socket; '@' in front: the abstract namespace. Errors: invalid_argument (too long).
  [[nodiscard]] static Result<SocketAddress> unix_socket(const std::string& path);
  [[nodiscard]] static SocketAddress copy_of(const sockaddr* address, socklen_t size);
  [[nodiscard]] static SocketAddress local_of(int fd);
  [[nodiscard]] static SocketAddress remote_of(int fd);

  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  [[nodiscard]] int family() const { return storage.ss_family; }
  void set_port(std::uint16_t port);
  // "127.0.0.1:80", "[::1]:80", or the file name of a unix socket.
  [[nodiscard]] std::string text() const;
};

// Alternates between IPv6 and IPv4, beginning with the family of the first (RFC 8305 §4); the order
// within a family stays.
void alternate_families(std::vector<SocketAddress>& addresses);

}  // namespace wsb::net
