#pragma once

// The client's side of TLS: trust, ALPN, the key log. Made once for each way of verifying, on its
// loop's thread.

#include <openssl/types.h>

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "core/base/result.h"
#include "core/net/tls/tls_context.h"
#include "core/net/tls_config.h"

namespace wsb::net {

class TlsClientContext final : public TlsContext {
 public:
  // ALPN http/1.1. Errors: tls_setup (the CA file, the key log file).
  [[nodiscard]] static Result<std::shared_ptr<TlsClientContext>> create(
      const TlsClientConfig& config);
  ~TlsClientContext() override;

  [[nodiscard]] bool verify() const { return verify_; }

 private:
  TlsClientContext() = default;
  [[nodiscard]] Result<void> set_up(const TlsClientConfig& config);
  static void log_key(const SSL* ssl, const char* line);

  bool verify_ = true;
  int key_log_fd_ = -1;
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
