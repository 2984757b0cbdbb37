#pragma once

// What the TLS clients of one loop share: protocol versions, trust, the key log, and the buffer
// they decrypt into. Made once for each way of verifying; shared by its streams, on their loop's
// thread.

#include <openssl/types.h>

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "core/base/result.h"
#include "core/net/tls_config.h"

namespace wsb::net {

class TlsClientContext {
 public:
  static constexpr std::size_t kBufferBytes = std::size_t{64} << 10U;

  // TLS 1.2 and up, ALPN http/1.1. Errors: tls_setup (the CA file, the key log file).
  [[nodiscard]] static Result<std::shared_ptr<TlsClientContext>> create(
      const TlsClientConfig& config);
  ~TlsClientContext();
  TlsClientContext(const TlsClientContext&) = delete;
  TlsClientContext& operator=(const TlsClientContext&) = delete;

  [[nodiscard]] SSL_CTX* get() const { return context_; }
  [[nodiscard]] bool verify() const { return verify_; }
  [[nodiscard]] std::array<char, kBufferBytes>& buffer() { return buffer_; }

 private:
  TlsClientContext() = default;
  [[nodiscard]] Result<void> set_up(const TlsClientConfig& config);
  static void log_key(const SSL* ssl, const char* line);

  SSL_CTX* context_ = nullptr;
  bool verify_ = true;
  int key_log_fd_ = -1;
  std::array<char, kBufferBytes> buffer_;
};

// The contexts of one loop, made as they are asked for.
class TlsClientContexts {
 public:
  [[nodiscard]] Result<std::shared_ptr<TlsClientContext>> get(const TlsClientConfig& config);

 private:
  using Key = std::pair<bool, std::pair<std::string, std::string>>;
  std::map<Key, std::shared_ptr<TlsClientContext>> contexts_;
};

}  // namespace wsb::net
