#include "core/net/tls/openssl_jwt_verifier.h"

#include <catch2/catch.hpp>

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "core/base/encoding.h"
#include "core/net/tls/openssl.h"
#include "tests/support/tls_peer.h"

namespace wsb::net {
namespace {

// RFC 7515, appendix A.1 to A.3: one payload, three algorithms.
constexpr std::string_view kPayload =
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
    "cnVlfQ";
constexpr std::string_view kSecretKey =
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
constexpr const char* kRsaKey = R"(-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAofgWCuLjybRlzo0tZWJj
NiuSfb4p4fAkd/wWJcyQoTbji9k0l8W26mPddxHmfHQp+Vaw+4qPCJrcS2mJPMEz
P1Pt0Bm4d4QlL+yRT+SFd2lZS+pCgNMsD1W/YpRPEwOWvG6b32690r2jZ47soMZo
9wGzjb/7OMg0LOL+bSf63kpaSHSXndS5z5rexMdbBYUsLA9e+KXBdQOS+UTo7WTB
EMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6/I5IhlJH7aGhyxX
FvUK+DWNmoudF8NAco9/h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXp
oQIDAQAB
-----END PUBLIC KEY-----
)";
constexpr const char* kEcKey = R"(-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7
6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==
-----END PUBLIC KEY-----
)";

struct Vector {
  JwtAlgorithm algorithm;
  Bytes key;
  std::string signed_part;
  Bytes signature;
};

const std::vector<Vector>& vectors() {
  static const std::vector<Vector> list = {
      {JwtAlgorithm::hs256, *base64url_decode(kSecretKey),
       "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9" + std::string(kPayload),
       *base64url_decode("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")},
      {JwtAlgorithm::rs256, kRsaKey, "eyJhbGciOiJSUzI1NiJ9" + std::string(kPayload),
       *base64url_decode(
           "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
           "O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIA"
           "RNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPq"
           "vhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77"
           "Rw")},
      {JwtAlgorithm::es256, kEcKey, "eyJhbGciOiJFUzI1NiJ9" + std::string(kPayload),
       *base64url_decode(
           "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1"
           "Q")},
  };
  return list;
}

std::unique_ptr<JwtVerifier> verifier_of(const Bytes& key) {
  Result<std::unique_ptr<JwtVerifier>> made = make_jwt_verifier(key, "key");
  REQUIRE(made);
  return *std::move(made);
}

std::string refusal(const JwtVerifier& verifier, JwtAlgorithm algorithm, BytesView signed_part,
                    BytesView signature) {
  const Result<void> verified = verifier.verify(algorithm, signed_part, signature);
  REQUIRE_FALSE(verified);
  CHECK(verified.error().code == ErrorCode::protocol);
  return verified.error().text();
}

std::string public_pem(EVP_PKEY* key) {
  const Openssl<BIO> out(BIO_new(BIO_s_mem()));
  REQUIRE(PEM_write_bio_PUBKEY(out.get(), key) == 1);
  return contents(out.get());
}

Openssl<EVP_PKEY> private_key(const std::string& pem) {
  const Openssl<BIO> in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return Openssl<EVP_PKEY>(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
}

// SHA-256 with `key`, in the form that OpenSSL gives.
Bytes sign(EVP_PKEY* key, BytesView text) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  REQUIRE(EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key) == 1);
  REQUIRE(EVP_DigestSign(context, nullptr, &size, bytes, text.size()) == 1);
  Bytes out(size, '\0');
  REQUIRE(EVP_DigestSign(context, reinterpret_cast<unsigned char*>(out.data()), &size, bytes,
                         text.size()) == 1);
  EVP_MD_CTX_free(context);
  out.resize(size);
  return out;
}

// From DER to the two numbers of RFC 7518 §3.4.
Bytes two_numbers(const Bytes& der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  ECDSA_SIG* numbers = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
  REQUIRE(numbers != nullptr);
  Bytes out(64, '\0');
  auto* to = reinterpret_cast<unsigned char*>(out.data());
  REQUIRE(BN_bn2binpad(ECDSA_SIG_get0_r(numbers), to, 32) == 32);
  REQUIRE(BN_bn2binpad(ECDSA_SIG_get0_s(numbers), to + 32, 32) == 32);
  ECDSA_SIG_free(numbers);
  return out;
}

std::string load_error(const Bytes& key) {
  const Result<std::unique_ptr<JwtVerifier>> made = make_jwt_verifier(key, "k.pem");
  REQUIRE_FALSE(made);
  CHECK(made.error().code == ErrorCode::tls_setup);
  return made.error().text();
}

TEST_CASE("the signatures of RFC 7515 are good") {
  for (const Vector& v : vectors()) {
    CHECK(verifier_of(v.key)->verify(v.algorithm, v.signed_part, v.signature));
  }
}

TEST_CASE("any change of what is signed or of the signature is seen") {
  for (const Vector& v : vectors()) {
    const auto verifier = verifier_of(v.key);
    const auto wrong = [&](const std::string& text, const Bytes& signature) {
      CHECK(refusal(*verifier, v.algorithm, text, signature) == "the token's signature is wrong");
    };
    std::string other = v.signed_part;
    other.back() = static_cast<char>(other.back() ^ 1);
    wrong(other, v.signature);
    wrong(v.signed_part + " ", v.signature);
    wrong("", v.signature);
    for (const std::size_t at : {std::size_t{0}, v.signature.size() / 2, v.signature.size() - 1}) {
      Bytes flipped = v.signature;
      flipped[at] = static_cast<char>(flipped[at] ^ 1);
      wrong(v.signed_part, flipped);
    }
    wrong(v.signed_part, "");
    wrong(v.signed_part, v.signature.substr(1));
    wrong(v.signed_part, v.signature + '\0');
    wrong(v.signed_part, Bytes(v.signature.size(), '\0'));
    wrong(v.signed_part, Bytes(v.signature.size(), '\xFF'));
  }
}

TEST_CASE("a key takes no other algorithm than its own") {
  for (const Vector& key : vectors()) {
    const auto verifier = verifier_of(key.key);
    for (const Vector& token : vectors()) {
      if (token.algorithm == key.algorithm) continue;
      CHECK(refusal(*verifier, token.algorithm, token.signed_part, token.signature) ==
            "the token's algorithm is not that of the key");
    }
  }
}

TEST_CASE("a key of a certificate verifies, and another key's signature does not") {
  const TestCertificate made = make_certificate({});
  const auto verifier = verifier_of(made.pem);
  const Bytes signature = sign(private_key(made.key_pem).get(), "a.b");
  CHECK(verifier->verify(JwtAlgorithm::es256, "a.b", two_numbers(signature)));
  CHECK(refusal(*verifier, JwtAlgorithm::es256, "a.b", signature) ==
        "the token's signature is wrong");  // the form of DER is not that of a token
  CHECK(refusal(*verifier_of(kEcKey), JwtAlgorithm::es256, "a.b", two_numbers(signature)) ==
        "the token's signature is wrong");
}

TEST_CASE("a key made just now verifies by RSA") {
  const Openssl<EVP_PKEY> key(EVP_RSA_gen(2048));
  const auto verifier = verifier_of(public_pem(key.get()));
  CHECK(verifier->verify(JwtAlgorithm::rs256, "a.b", sign(key.get(), "a.b")));
  CHECK_FALSE(verifier->verify(JwtAlgorithm::rs256, "a.c", sign(key.get(), "a.b")));
}

TEST_CASE("the newline at the end of a text is no part of a secret, that of bytes is") {
  const Vector& v = vectors().front();
  const std::string text(32, 's');
  const auto plain = verifier_of(text);
  const Openssl<EVP_PKEY> key(EVP_PKEY_new_raw_private_key(
      EVP_PKEY_HMAC, nullptr, reinterpret_cast<const unsigned char*>(text.data()), text.size()));
  const Bytes signature = sign(key.get(), v.signed_part);
  CHECK(plain->verify(JwtAlgorithm::hs256, v.signed_part, signature));
  CHECK(verifier_of(text + "\n")->verify(JwtAlgorithm::hs256, v.signed_part, signature));
  CHECK(verifier_of(text + "\r\n")->verify(JwtAlgorithm::hs256, v.signed_part, signature));
  CHECK_FALSE(verifier_of(text + "\n\n")->verify(JwtAlgorithm::hs256, v.signed_part, signature));

  const Bytes bytes = v.key.substr(0, 40) + "\n";
  const Openssl<EVP_PKEY> bytes_key(EVP_PKEY_new_raw_private_key(
      EVP_PKEY_HMAC, nullptr, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
  CHECK(verifier_of(bytes)->verify(JwtAlgorithm::hs256, v.signed_part,
                                   sign(bytes_key.get(), v.signed_part)));
}

TEST_CASE("a key that cannot serve is refused in words") {
  CHECK(load_error("") ==
        "cannot use the JWT key 'k.pem': a secret for HS256 has at least 32 bytes, not 0");
  CHECK(load_error(std::string(31, 'x') + "\n") ==
        "cannot use the JWT key 'k.pem': a secret for HS256 has at least 32 bytes, not 31");
  CHECK(load_error("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n") ==
        "cannot use the JWT key 'k.pem': there is no public key or certificate in it");
  CHECK(load_error(make_certificate({}).key_pem) ==
        "cannot use the JWT key 'k.pem': it holds a private key, and the public one is enough");
  const Openssl<EVP_PKEY> short_rsa(EVP_RSA_gen(1024));
  CHECK(load_error(public_pem(short_rsa.get())) ==
        "cannot use the JWT key 'k.pem': an RSA key has at least 2048 bits, not 1024");
  const Openssl<EVP_PKEY> p384(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-384"));
  CHECK(load_error(public_pem(p384.get())) ==
        "cannot use the JWT key 'k.pem': it is neither RSA nor on the curve P-256");
  const Openssl<EVP_PKEY> ed25519(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  CHECK(load_error(public_pem(ed25519.get())) ==
        "cannot use the JWT key 'k.pem': it is neither RSA nor on the curve P-256");
}

TEST_CASE("a public key in another form never becomes a secret") {
  const Openssl<EVP_PKEY> key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key.get(), &der);
  REQUIRE(size > 0);
  CHECK(load_error(Bytes(der, der + size)) ==
        "cannot use the JWT key 'k.pem': it is in DER form; PEM is expected");
  OPENSSL_free(der);
  CHECK(load_error("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC user@host\n") ==
        "cannot use the JWT key 'k.pem': it is a key of SSH; PEM is expected");
  CHECK(load_error("\n {\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1g\"}") ==
        "cannot use the JWT key 'k.pem': it is JSON; PEM is expected");
}

TEST_CASE("a key is read from its file") {
  const ScratchFile file(kEcKey);
  const Result<std::unique_ptr<JwtVerifier>> loaded = load_jwt_verifier(file.name());
  REQUIRE(loaded);
  const Vector& v = vectors().back();
  CHECK((*loaded)->verify(v.algorithm, v.signed_part, v.signature));

  const Result<std::unique_ptr<JwtVerifier>> none = load_jwt_verifier("/nowhere/key");
  REQUIRE_FALSE(none);
  CHECK(none.error().text() == "cannot read the JWT key '/nowhere/key': No such file or directory");
  const ScratchFile huge(std::string((64 << 10) + 1, 'x'));
  const Result<std::unique_ptr<JwtVerifier>> too_large = load_jwt_verifier(huge.name());
  REQUIRE_FALSE(too_large);
  CHECK(too_large.error().text() ==
        "cannot use the JWT key '" + huge.name() + "': it is larger than 64KiB");
}

}  // namespace
}  // namespace wsb::net
