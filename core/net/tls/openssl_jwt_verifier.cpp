#include "core/net/tls/openssl_jwt_verifier.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <string_view>
#include <utility>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include "core/base/limits.h"
#include "core/net/tls/openssl.h"

namespace wsb::net {
namespace {

constexpr std::size_t kDigestBytes = 32;
constexpr std::size_t kKeyFileBytes = std::size_t{64} << 10U;
constexpr int kRsaBitsMin = 2048;

const unsigned char* octets(BytesView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

Error wrong_algorithm() {
  return make_error(ErrorCode::protocol, "the token's algorithm is not that of the key");
}

Error wrong_signature() {
  return make_error(ErrorCode::protocol, "the token's signature is wrong");
}

class SecretVerifier final : public JwtVerifier {
 public:
  explicit SecretVerifier(Bytes secret) : secret_(std::move(secret)) {}

  Result<void> verify(JwtAlgorithm algorithm, BytesView signed_part,
                      BytesView signature) const override {
    if (algorithm != JwtAlgorithm::hs256) return wrong_algorithm();
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()), octets(signed_part),
             signed_part.size(), digest.data(), &size) == nullptr ||
        size != signature.size() || CRYPTO_memcmp(digest.data(), signature.data(), size) != 0) {
      ERR_clear_error();
      return wrong_signature();
    }
    return {};
  }

 private:
  const Bytes secret_;
};

struct SignatureDeleter {
  void operator()(ECDSA_SIG* object) const { ECDSA_SIG_free(object); }
  void operator()(EVP_MD_CTX* object) const { EVP_MD_CTX_free(object); }
};

// RFC 7518 §3.4: the two numbers of the signature one behind the other. OpenSSL wants them as DER;
// empty: they are not two numbers of P-256.
Bytes ecdsa_der(BytesView signature) {
  if (signature.size() != 2 * kDigestBytes) return {};
  const std::unique_ptr<ECDSA_SIG, SignatureDeleter> numbers(ECDSA_SIG_new());
  BIGNUM* r = BN_bin2bn(octets(signature), kDigestBytes, nullptr);
  BIGNUM* s = BN_bin2bn(octets(signature) + kDigestBytes, kDigestBytes, nullptr);
  if (!numbers || ECDSA_SIG_set0(numbers.get(), r, s) != 1) {
    BN_free(r);
    BN_free(s);
    return {};
  }
  std::array<unsigned char, 80> der{};  // 72 at most
  unsigned char* end = der.data();
  const int size = i2d_ECDSA_SIG(numbers.get(), &end);
  return size > 0 ? Bytes(der.data(), end) : Bytes();
}

class PublicKeyVerifier final : public JwtVerifier {
 public:
  PublicKeyVerifier(Openssl<EVP_PKEY> key, JwtAlgorithm algorithm)
      : key_(std::move(key)), algorithm_(algorithm) {}

  Result<void> verify(JwtAlgorithm algorithm, BytesView signed_part,
                      BytesView signature) const override {
    if (algorithm != algorithm_) return wrong_algorithm();
    const Bytes der = algorithm == JwtAlgorithm::es256 ? ecdsa_der(signature) : Bytes(signature);
    const std::unique_ptr<EVP_MD_CTX, SignatureDeleter> context(EVP_MD_CTX_new());
    const bool good =
        context && !der.empty() &&
        EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
        EVP_DigestVerify(context.get(), octets(der), der.size(), octets(signed_part),
                         signed_part.size()) == 1;
    ERR_clear_error();
    return good ? Result<void>() : wrong_signature();
  }

 private:
  const Openssl<EVP_PKEY> key_;
  const JwtAlgorithm algorithm_;
};

Error bad_key(const std::string& name, const std::string& why) {
  return make_error(ErrorCode::tls_setup, "cannot use the JWT key '" + name + "': " + why);
}

bool is_text(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7F) || byte == '\t';
  });
}

// An editor ends a text with a newline; a secret of random bytes may end with that byte by chance.
void drop_newline(Bytes& secret) {
  std::string_view text = secret;
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (is_text(text)) secret.resize(text.size());
}

// Everybody knows a public key: in a form that is not read here it must not become a secret.
const char* public_key_form(BytesView bytes) {
  const auto size = static_cast<long>(bytes.size());
  const unsigned char* at = octets(bytes);
  const Openssl<EVP_PKEY> key(d2i_PUBKEY(nullptr, &at, size));
  at = octets(bytes);
  const Openssl<X509> certificate(d2i_X509(nullptr, &at, size));
  ERR_clear_error();
  if (key || certificate) return "it is in DER form; PEM is expected";
  if (bytes.starts_with("ssh-") || bytes.starts_with("ecdsa-")) {
    return "it is a key of SSH; PEM is expected";
  }
  const std::size_t first = bytes.find_first_not_of(" \t\r\n");
  if (first != BytesView::npos && bytes[first] == '{') return "it is JSON; PEM is expected";
  return nullptr;
}

Result<std::unique_ptr<JwtVerifier>> make_secret_verifier(Bytes secret, const std::string& name) {
  if (const char* form = public_key_form(secret)) return bad_key(name, form);
  drop_newline(secret);
  if (secret.size() < limits::kJwtSecretBytesMin) {
    return bad_key(name, "a secret for HS256 has at least " +
                             std::to_string(limits::kJwtSecretBytesMin) + " bytes, not " +
                             std::to_string(secret.size()));
  }
  return std::unique_ptr<JwtVerifier>(std::make_unique<SecretVerifier>(std::move(secret)));
}

Openssl<EVP_PKEY> read_public_key(const Bytes& pem) {
  const auto view = [&] {
    return Openssl<BIO>(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  };
  const Openssl<BIO> key_bio = view();
  Openssl<EVP_PKEY> key(PEM_read_bio_PUBKEY(key_bio.get(), nullptr, nullptr, nullptr));
  if (!key) {
    const Openssl<BIO> certificate_bio = view();
    const Openssl<X509> certificate(
        PEM_read_bio_X509(certificate_bio.get(), nullptr, nullptr, nullptr));
    if (certificate) key.reset(X509_get_pubkey(certificate.get()));
  }
  ERR_clear_error();
  return key;
}

bool is_on_p256(const EVP_PKEY* key) {
  std::array<char, 64> group{};
  std::size_t size = 0;
  return EVP_PKEY_get_group_name(key, group.data(), group.size(), &size) == 1 &&
         std::string_view(group.data(), size) == SN_X9_62_prime256v1;
}

Result<std::unique_ptr<JwtVerifier>> make_public_key_verifier(const Bytes& pem,
                                                              const std::string& name) {
  if (pem.find("PRIVATE KEY-----") != Bytes::npos) {
    return bad_key(name, "it holds a private key, and the public one is enough");
  }
  Openssl<EVP_PKEY> key = read_public_key(pem);
  if (!key) return bad_key(name, "there is no public key or certificate in it");
  JwtAlgorithm algorithm{};
  if (EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_RSA) {
    if (EVP_PKEY_get_bits(key.get()) < kRsaBitsMin) {
      return bad_key(name, "an RSA key has at least 2048 bits, not " +
                               std::to_string(EVP_PKEY_get_bits(key.get())));
    }
    algorithm = JwtAlgorithm::rs256;
  } else if (EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_EC && is_on_p256(key.get())) {
    algorithm = JwtAlgorithm::es256;
  } else {
    return bad_key(name, "it is neither RSA nor on the curve P-256");
  }
  return std::unique_ptr<JwtVerifier>(
      std::make_unique<PublicKeyVerifier>(std::move(key), algorithm));
}

}  // namespace

Result<std::unique_ptr<JwtVerifier>> make_jwt_verifier(Bytes key, const std::string& name) {
  if (key.find("-----BEGIN ") != Bytes::npos) return make_public_key_verifier(key, name);
  return make_secret_verifier(std::move(key), name);
}

Result<std::unique_ptr<JwtVerifier>> load_jwt_verifier(const std::string& key_file) {
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  const std::unique_ptr<std::FILE, Closer> file(std::fopen(key_file.c_str(), "rbe"));
  Bytes bytes(kKeyFileBytes + 1, '\0');
  if (file) bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file.get()));
  if (!file || std::ferror(file.get()) != 0) {
    return make_errno_error(ErrorCode::tls_setup, "cannot read the JWT key '" + key_file + "'",
                            errno);
  }
  if (bytes.size() > kKeyFileBytes) return bad_key(key_file, "it is larger than 64KiB");
  return make_jwt_verifier(std::move(bytes), key_file);
}

}  // namespace wsb::net
