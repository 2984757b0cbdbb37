#include "core/net/tls/tls_context.h"

#include <catch2/catch.hpp>
#include <openssl/ssl.h>

#include "core/net/tls/self_signed.h"
#include "core/net/tls/tls_client_context.h"
#include "core/net/tls/tls_server_context.h"

namespace wsb::net {

TEST_CASE("either side speaks TLS 1.2 and up, without renegotiation or idle buffers") {
  const auto server = TlsServerContext::create(make_self_signed({"localhost"}).value());
  const auto client = TlsClientContext::create({});
  REQUIRE(server);
  REQUIRE(client);
  for (SSL_CTX* context : {(*server)->get(), (*client)->get()}) {
    CHECK(SSL_CTX_get_min_proto_version(context) == TLS1_2_VERSION);
    CHECK((SSL_CTX_get_options(context) & SSL_OP_NO_RENEGOTIATION) != 0);
    CHECK((SSL_CTX_get_mode(context) & SSL_MODE_RELEASE_BUFFERS) != 0);
  }
}

}  // namespace wsb::net
