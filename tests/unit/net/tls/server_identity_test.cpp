#include "core/net/tls/server_identity.h"

#include <catch2/catch.hpp>

#include <openssl/pem.h>

#include "core/net/tls/openssl.h"
#include "tests/support/tls_peer.h"

namespace wsb::net {
namespace {

std::string encrypted(const std::string& key_pem) {
  const Openssl<BIO> in(BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size())));
  const Openssl<EVP_PKEY> key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
  const Openssl<BIO> out(BIO_new(BIO_s_mem()));
  REQUIRE(PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), EVP_aes_128_cbc(), "secret", 6,
                                        nullptr, nullptr) == 1);
  return contents(out.get());
}

TEST_CASE("a certificate and its key are an identity") {
  const TestCertificate made = make_certificate({});
  const ScratchFile certificate(made.pem);
  const ScratchFile key(made.key_pem);
  const auto identity = load_server_identity(certificate.name(), key.name());
  REQUIRE(identity);
  CHECK(identity->certificate_pem == made.pem);
  CHECK(identity->private_key_pem == made.key_pem);
  CHECK(identity->sha256_fingerprint.size() == 32 * 3 - 1);
  CHECK(identity->warning.empty());
  const ScratchFile both(made.key_pem + made.pem);
  CHECK(load_server_identity(both.name(), both.name()));
}

TEST_CASE("an expired certificate is taken with a warning") {
  const TestCertificate made = make_certificate({"DNS:a.test", -600, -300});
  const ScratchFile both(made.pem + made.key_pem);
  const auto identity = load_server_identity(both.name(), both.name());
  REQUIRE(identity);
  CHECK(identity->warning.starts_with("the certificate in '" + both.name() + "' expired on "));
  CHECK(identity->warning.ends_with(" GMT: clients will refuse it"));
}

TEST_CASE("what cannot be an identity is refused with the file's name and the reason") {
  const TestCertificate made = make_certificate({});
  const TestCertificate other = make_certificate({});
  const ScratchFile certificate(made.pem);
  const ScratchFile key(made.key_pem);
  const ScratchFile other_key(other.key_pem);
  const ScratchFile junk("junk\n");
  const ScratchFile empty("");
  const ScratchFile locked(encrypted(made.key_pem));
  const auto text = [](const std::string& certificate_file, const std::string& key_file) {
    const auto identity = load_server_identity(certificate_file, key_file);
    REQUIRE_FALSE(identity);
    CHECK(identity.error().code == ErrorCode::tls_setup);
    return identity.error().text();
  };
  CHECK(text("/nonexistent/c.pem", key.name()) ==
        "cannot read the certificate file '/nonexistent/c.pem': No such file or directory");
  CHECK(text(certificate.name(), "/nonexistent/k.pem") ==
        "cannot read the key file '/nonexistent/k.pem': No such file or directory");
  CHECK(text("/", key.name()) == "cannot read the certificate file '/': Is a directory");
  CHECK(text(junk.name(), key.name()) == "no certificate in PEM form in '" + junk.name() + "'");
  CHECK(text(empty.name(), key.name()) == "no certificate in PEM form in '" + empty.name() + "'");
  CHECK(text(certificate.name(), junk.name()) ==
        "no private key in PEM form in '" + junk.name() + "'");
  CHECK(text(certificate.name(), certificate.name()) ==
        "no private key in PEM form in '" + certificate.name() + "'");
  CHECK(text(certificate.name(), locked.name())
            .starts_with("the key in '" + locked.name() + "' is encrypted (remove "));
  CHECK(text(certificate.name(), other_key.name()) ==
        "the key in '" + other_key.name() + "' does not belong to the certificate in '" +
            certificate.name() + "'");
}

TEST_CASE("the authorities of clients are certificates, all of them") {
  const TestCertificate made = make_certificate({});
  const ScratchFile two(made.pem + make_certificate({}).pem);
  CHECK(load_client_authorities(two.name()));
  const ScratchFile broken(made.pem + "-----BEGIN CERTIFICATE-----\nAAAA\n"
                                      "-----END CERTIFICATE-----\n");
  CHECK(load_client_authorities(broken.name()).error().text() ==
        "certificate 2 in '" + broken.name() + "' cannot be read");
  const ScratchFile key(made.key_pem);
  CHECK(load_client_authorities(key.name()).error().text() ==
        "no certificate in PEM form in '" + key.name() + "'");
  CHECK(load_client_authorities("/nonexistent/ca.pem").error().text() ==
        "cannot read the CA file of clients '/nonexistent/ca.pem': No such file or directory");
}

}  // namespace
}  // namespace wsb::net
