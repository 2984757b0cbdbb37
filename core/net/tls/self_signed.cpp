#include "core/net/tls/self_signed.h"

#include <openssl/pem.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>

#include "core/net/tls/certificate.h"
#include "core/net/tls/openssl.h"

namespace wsb::net {
namespace {

constexpr long kValidSeconds = 397L * 24 * 3600;
constexpr long kClockSkewSeconds = 3600;

std::string alternative_names(const std::vector<std::string>& names) {
  std::vector<std::string> all{"localhost", "127.0.0.1", "::1"};
  for (const std::string& name : names) {
    if (!name.empty() && std::find(all.begin(), all.end(), name) == all.end()) all.push_back(name);
  }
  std::string out;
  for (const std::string& name : all) {
    out += (out.empty() ? "" : ",") + std::string(is_ip_literal(name) ? "IP:" : "DNS:") + name;
  }
  return out;
}

// The names go into a configuration text of OpenSSL, where commas and the like have a meaning.
bool is_plain_name(const std::string& name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '.' || c == '-' || c == '_' || c == ':';
  });
}

bool add_extension(X509& certificate, int nid, const std::string& value) {
  const Openssl<X509_EXTENSION> extension(
      X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str()));
  return extension && X509_add_ext(&certificate, extension.get(), -1) == 1;
}

bool set_serial(X509& certificate) {
  std::array<unsigned char, 16> random{};
  if (RAND_bytes(random.data(), random.size()) != 1) return false;
  random[0] &= 0x7FU;  // positive (RFC 5280 §4.1.2.2)
  BIGNUM* number = BN_bin2bn(random.data(), random.size(), nullptr);
  const bool done =
      number != nullptr &&
      BN_to_ASN1_INTEGER(number, X509_get_serialNumber(&certificate)) != nullptr;
  BN_free(number);
  return done;
}

bool fill(X509& certificate, EVP_PKEY& key, const std::vector<std::string>& names) {
  X509_NAME* name = X509_get_subject_name(&certificate);
  const auto* common = reinterpret_cast<const unsigned char*>("wsb self-signed");
  return X509_set_version(&certificate, 2) == 1 && set_serial(certificate) &&
         X509_gmtime_adj(X509_getm_notBefore(&certificate), -kClockSkewSeconds) != nullptr &&
         X509_gmtime_adj(X509_getm_notAfter(&certificate), kValidSeconds) != nullptr &&
         X509_set_pubkey(&certificate, &key) == 1 &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common, -1, -1, 0) == 1 &&
         X509_set_issuer_name(&certificate, name) == 1 &&
         add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(certificate, NID_key_usage, "critical,digitalSignature") &&
         add_extension(certificate, NID_ext_key_usage, "serverAuth") &&
         add_extension(certificate, NID_subject_alt_name, alternative_names(names)) &&
         X509_sign(&certificate, &key, EVP_sha256()) > 0;
}

}  // namespace

Result<ServerIdentity> make_self_signed(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (is_plain_name(name)) continue;
    return make_error(ErrorCode::tls_setup, "no certificate can be made for '" + name + "'");
  }
  ERR_clear_error();
  std::array<char, 6> curve{"P-256"};  // the macro EVP_EC_gen casts const away
  const Openssl<EVP_PKEY> key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve.data()));
  const Openssl<X509> certificate(X509_new());
  if (!key || !certificate || !fill(*certificate, *key, names)) {
    return make_error(ErrorCode::tls_setup,
                      "cannot make a self-signed certificate: " + take_openssl_error());
  }
  const Openssl<BIO> certificate_pem(BIO_new(BIO_s_mem()));
  const Openssl<BIO> key_pem(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(certificate_pem.get(), certificate.get());
  PEM_write_bio_PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  ServerIdentity identity;
  identity.certificate_pem = contents(certificate_pem.get());
  identity.private_key_pem = contents(key_pem.get());
  identity.sha256_fingerprint = fingerprint_of(*certificate);
  return identity;
}

}  // namespace wsb::net
