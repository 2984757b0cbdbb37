#include "core/net/tls/self_signed.h"

#include <catch2/catch.hpp>

#include <openssl/pem.h>

#include "core/net/tls/certificate.h"
#include "core/net/tls/openssl.h"
#include "core/net/tls/server_identity.h"
#include "tests/support/tls_peer.h"

namespace wsb::net {
namespace {

TEST_CASE("a self-signed identity is for this machine and the given names, and loads again") {
  const auto identity = make_self_signed({"chat.example", "192.0.2.1", "localhost", ""});
  REQUIRE(identity);
  const ScratchFile file(identity->certificate_pem + identity->private_key_pem);
  const auto loaded = load_server_identity(file.name(), file.name());
  REQUIRE(loaded);
  CHECK(loaded->sha256_fingerprint == identity->sha256_fingerprint);
  CHECK(loaded->warning.empty());
  const Openssl<BIO> bio(BIO_new_mem_buf(identity->certificate_pem.data(),
                                         static_cast<int>(identity->certificate_pem.size())));
  const Openssl<X509> certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  REQUIRE(certificate);
  CHECK(names_of(*certificate) == "localhost, 127.0.0.1, ::1, chat.example, 192.0.2.1");
  CHECK(subject_of(*certificate) == "CN=wsb self-signed");
  CHECK(X509_get_version(certificate.get()) == X509_VERSION_3);
  CHECK(EVP_PKEY_get_bits(X509_get0_pubkey(certificate.get())) == 256);
}

TEST_CASE("no two identities are alike") {
  CHECK(make_self_signed({})->sha256_fingerprint != make_self_signed({})->sha256_fingerprint);
}

TEST_CASE("a name that could not be in a certificate is refused") {
  for (const char* name : {"a,DNS:evil.example", "white space", "umlaut\xc3\xa4"}) {
    const auto identity = make_self_signed({name});
    REQUIRE_FALSE(identity);
    CHECK(identity.error().code == ErrorCode::tls_setup);
  }
}

}  // namespace
}  // namespace wsb::net
