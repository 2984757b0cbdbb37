#include "core/net/tls/tls_client_context.h"

#include <catch2/catch.hpp>

#include "tests/support/tls_peer.h"

namespace wsb::net {
namespace {

TEST_CASE("a CA file is read or refused with its name") {
  TlsClientConfig config;
  config.ca_file = "/nonexistent/ca.pem";
  const auto missing = TlsClientContext::create(config);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == ErrorCode::tls_setup);
  CHECK(missing.error().text() ==
        "cannot read the CA file '/nonexistent/ca.pem': No such file or directory");
  const ScratchFile junk("not PEM\n");
  config.ca_file = junk.name();
  CHECK(TlsClientContext::create(config).error().text() ==
        "no certificate in PEM form in the CA file '" + junk.name() + "'");
  const ScratchFile good(make_certificate({}).pem);
  config.ca_file = good.name();
  CHECK(TlsClientContext::create(config));
}

TEST_CASE("a key log that cannot be written is refused") {
  TlsClientConfig config;
  config.key_log_file = "/nonexistent/keys";
  CHECK(TlsClientContext::create(config).error().text() ==
        "cannot write the key log '/nonexistent/keys': No such file or directory");
}

TEST_CASE("contexts are shared between streams that verify in the same way") {
  TlsClientContexts contexts;
  TlsClientConfig secure;
  TlsClientConfig careless;
  careless.verify = false;
  const auto one = contexts.get(secure);
  const auto two = contexts.get(secure);
  const auto three = contexts.get(careless);
  REQUIRE((one && two && three));
  CHECK(one->get() == two->get());
  CHECK(one->get() != three->get());
  CHECK((*one)->verify());
  CHECK_FALSE((*three)->verify());
}

}  // namespace
}  // namespace wsb::net
