#pragma once

// What the TLS streams of one loop and one side share: OpenSSL's settings, the buffer they decrypt
// into, the one they encrypt into. Shared by its streams, on their loop's thread.

#include <openssl/types.h>

#include <array>
#include <cstddef>

#include "core/base/bytes.h"

namespace wsb::net {

class TlsContext {
 public:
  static constexpr std::size_t kBufferBytes = std::size_t{64} << 10U;

  virtual ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  [[nodiscard]] SSL_CTX* get() const { return context_; }
  [[nodiscard]] std::array<char, kBufferBytes>& buffer() { return buffer_; }
  [[nodiscard]] Bytes& ciphertext() { return ciphertext_; }

 protected:
  TlsContext() = default;
  enum class Side { client, server };
  // TLS 1.2 and up, no renegotiation, buffers released while idle. Null: OpenSSL says why.
  [[nodiscard]] SSL_CTX* open(Side side);

 private:
  SSL_CTX* context_ = nullptr;
  std::array<char, kBufferBytes> buffer_;
  Bytes ciphertext_;
};

}  // namespace wsb::net
