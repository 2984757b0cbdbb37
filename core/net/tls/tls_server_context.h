#pragma once

// The server's side of TLS: certificate chain and key from memory, ALPN http/1.1, one session
// ticket a handshake, or certificates of clients and no tickets, so that each handshake looks at
// them anew. One for each worker, on its thread.

#include <memory>

#include "core/base/result.h"
#include "core/net/tls/tls_context.h"
#include "core/net/tls_config.h"

namespace wsb::net {

class TlsServerContext final : public TlsContext {
 public:
  // Errors: tls_setup.
  [[nodiscard]] static Result<std::shared_ptr<TlsServerContext>> create(
      const ServerIdentity& identity);

 private:
  TlsServerContext() = default;
  [[nodiscard]] Result<void> set_up(const ServerIdentity& identity);
};

}  // namespace wsb::net
