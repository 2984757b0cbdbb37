#include "core/net/tls/tls_server_context.h"

#include <catch2/catch.hpp>

#include "core/net/tls/self_signed.h"

namespace wsb::net {

TEST_CASE("an identity that does not hold together is refused, with what is wrong") {
  const auto make = [] { return make_self_signed({"localhost"}).value(); };
  CHECK(TlsServerContext::create(make()));
  ServerIdentity mixed = make();
  mixed.private_key_pem = make().private_key_pem;
  const auto context = TlsServerContext::create(mixed);
  REQUIRE_FALSE(context);
  CHECK(context.error().code == ErrorCode::tls_setup);
  CHECK(context.error().text() == "cannot use the private key: key values mismatch");
  ServerIdentity none = make();
  none.certificate_pem = "no certificate";
  CHECK_FALSE(TlsServerContext::create(none));
  ServerIdentity chain = make();
  chain.certificate_pem += make().certificate_pem;  // more certificates may follow the leaf
  CHECK(TlsServerContext::create(chain));
  ServerIdentity asking = make();
  asking.client_authorities_pem = make().certificate_pem + make().certificate_pem;
  CHECK(TlsServerContext::create(asking));
  asking.client_authorities_pem = "nobody";
  CHECK_FALSE(TlsServerContext::create(asking));
}

}  // namespace wsb::net
