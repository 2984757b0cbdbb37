#pragma once

// The PROXY protocol of HAProxy, versions 1 and 2: what a proxy says about its client in front of
// the first byte of the connection. Read incrementally, within limits::kProxyHeaderBytes; nothing
// of what follows the header is taken. One reader a connection; one thread at a time.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/base/bytes.h"
#include "core/base/ip_address.h"
#include "core/base/result.h"

namespace wsb::proxy {

// Without addresses (LOCAL, UNKNOWN, UNSPEC, unix sockets) those of the connection itself hold: the
// proxy checks our health, or does not know more.
struct ProxyHeader {
  int version = 0;  // 1 or 2
  std::optional<SocketAddress> source{};
  std::optional<SocketAddress> destination{};
  bool operator==(const ProxyHeader&) const = default;
};

class ProxyHeaderReader {
 public:
  // Returns how many of the bytes belong to the header. Errors: protocol (bad form, or no such
  // header at all), too_large, unsupported (datagrams). After an error the reader is of no more
  // use.
  [[nodiscard]] Result<std::size_t> feed(BytesView in);
  [[nodiscard]] bool complete() const { return complete_; }
  // With complete().
  [[nodiscard]] const ProxyHeader& header() const { return header_; }

 private:
  [[nodiscard]] Result<void> judge_beginning();
  [[nodiscard]] Result<void> end_line();
  [[nodiscard]] Result<void> read_size();
  [[nodiscard]] Result<void> read_binary();
  [[nodiscard]] Result<void> finish(const ProxyHeader& header);

  Bytes bytes_;           // taken so far
  std::size_t size_ = 0;  // of a whole header of version 2, once it is known
  ProxyHeader header_;
  bool complete_ = false;
};

}  // namespace wsb::proxy
