#include "core/net/tls/tls_context.h"

#include "core/net/tls/openssl.h"

namespace wsb::net {

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

SSL_CTX* TlsContext::open(Side side) {
  ERR_clear_error();
  context_ = SSL_CTX_new(side == Side::client ? TLS_client_method() : TLS_server_method());
  if (context_ == nullptr) return nullptr;
  SSL_CTX_set_min_proto_version(context_, TLS1_2_VERSION);
  SSL_CTX_set_options(context_, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context_, SSL_MODE_RELEASE_BUFFERS);
  return context_;
}

}  // namespace wsb::net
