#pragma once

// A blocking socket on loopback or a unix path, for tests that play the other end by system calls.

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "core/base/bytes.h"
#include "core/base/check.h"
#include "core/net/lws/socket_address.h"

namespace wsb::net {

class TestSocket {
 public:
  explicit TestSocket(int fd) : fd_(fd) { WSB_CHECK(fd_ >= 0); }
  TestSocket(TestSocket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  TestSocket& operator=(TestSocket&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~TestSocket() {
    if (fd_ >= 0) ::close(fd_);
  }

  [[nodiscard]] static TestSocket bound_to(const SocketAddress& address) {
    TestSocket out(socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
    WSB_CHECK(bind(out.fd_, address.get(), address.size) == 0);
    return out;
  }
  [[nodiscard]] static TestSocket listening(const SocketAddress& address) {
    TestSocket out = bound_to(address);
    WSB_CHECK(listen(out.fd_, 64) == 0);
    return out;
  }
  [[nodiscard]] static TestSocket listening() {
    return listening(SocketAddress::numeric("127.0.0.1", 0).value());
  }

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] SocketAddress address() const { return SocketAddress::local_of(fd_); }
  [[nodiscard]] std::uint16_t port() const {
    const std::string text = address().text();
    return static_cast<std::uint16_t>(std::stoi(text.substr(text.rfind(':') + 1)));
  }
  [[nodiscard]] TestSocket accept() const { return TestSocket(::accept(fd_, nullptr, nullptr)); }
  void send(BytesView bytes) const {
    WSB_CHECK(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
              static_cast<ssize_t>(bytes.size()));
  }
  // Waits for `size` bytes; fewer only at the end of the stream.
  [[nodiscard]] Bytes receive(std::size_t size) const {
    Bytes out;
    std::array<char, 65536> buffer{};
    while (out.size() < size) {
      const ssize_t got = recv(fd_, buffer.data(), std::min(buffer.size(), size - out.size()), 0);
      if (got <= 0) break;
      out.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return out;
  }
  // What is there already.
  [[nodiscard]] Bytes receive_ready() const {
    Bytes out;
    std::array<char, 65536> buffer{};
    ssize_t got = 0;
    while ((got = recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT)) > 0)
      out.append(buffer.data(), static_cast<std::size_t>(got));
    return out;
  }
  void close() { ::close(std::exchange(fd_, -1)); }
  void reset() {
    const linger now{1, 0};
    WSB_CHECK(setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now) == 0);
    close();
  }

 private:
  int fd_;
};

}  // namespace wsb::net
