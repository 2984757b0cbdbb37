#pragma once

// The server's side of TLS on libwebsockets' OpenSSL context: certificate chain and key from
// memory, TLS 1.2 and up. libwebsockets itself would take only a single certificate from memory.

#include <openssl/types.h>

#include "core/base/result.h"
#include "core/net/tls_config.h"

namespace wsb::net {

class ServerSite;

// Errors: tls_setup.
[[nodiscard]] Result<void> install_identity(SSL_CTX* context, const ServerIdentity& identity);
// As a libwebsockets callback wants it: 0, or -1 after the error was logged.
[[nodiscard]] int configure_server_tls(SSL_CTX* context, ServerSite& site);

}  // namespace wsb::net
