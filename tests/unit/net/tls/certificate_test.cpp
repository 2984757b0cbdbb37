#include "core/net/tls/certificate.h"

#include <catch2/catch.hpp>

#include <openssl/pem.h>

#include "core/net/tls/openssl.h"
#include "tests/support/tls_peer.h"

namespace wsb::net {
namespace {

Openssl<X509> parse(const TestCertificate& made) {
  const Openssl<BIO> bio(BIO_new_mem_buf(made.pem.data(), static_cast<int>(made.pem.size())));
  return Openssl<X509>(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

TEST_CASE("a certificate's names, in the order in which it has them") {
  const auto certificate =
      parse(make_certificate({"DNS:a.test,DNS:*.b.test,IP:192.0.2.1,IP:2001:db8::1"}));
  CHECK(names_of(*certificate) == "a.test, *.b.test, 192.0.2.1, 2001:db8::1");
}

TEST_CASE("a certificate without names is called by its subject") {
  const auto certificate = parse(make_certificate({"", -60, 60, nullptr, true}));
  CHECK(names_of(*certificate) == "CN=test authority");
}

TEST_CASE("validity is told from the current time") {
  CHECK(has_expired(*parse(make_certificate({"DNS:a.test", -600, -1}))));
  CHECK_FALSE(has_expired(*parse(make_certificate({"DNS:a.test", -600, 600}))));
}

TEST_CASE("results of the verification in words") {
  const auto certificate = parse(make_certificate({"DNS:a.test"}));
  CHECK(distrust_words(X509_V_ERR_HOSTNAME_MISMATCH, certificate.get(), "b.test") ==
        "it is for a.test, not for 'b.test'");
  CHECK(distrust_words(X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, certificate.get(), "") ==
        "it is self-signed");
  CHECK(distrust_words(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, certificate.get(), "") ==
        "issued by an unknown authority, 'CN=test leaf'");
  CHECK(distrust_words(X509_V_ERR_CERT_HAS_EXPIRED, certificate.get(), "") ==
        "it expired on " + not_after_of(*certificate));
  CHECK(distrust_words(X509_V_ERR_CERT_REVOKED, certificate.get(), "") == "certificate revoked");
  CHECK(distrust_words(X509_V_ERR_HOSTNAME_MISMATCH, nullptr, "") == "hostname mismatch");
}

TEST_CASE("IP literals are told from names") {
  for (const char* text : {"127.0.0.1", "::1", "2001:db8::7"}) CHECK(is_ip_literal(text));
  for (const char* text : {"localhost", "127.0.0", "1.2.3.4.test", "", "[::1]"})
    CHECK_FALSE(is_ip_literal(text));
}

}  // namespace
}  // namespace wsb::net
