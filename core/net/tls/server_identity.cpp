#include "core/net/tls/server_identity.h"

#include <openssl/pem.h>

#include <cerrno>
#include <cstdio>
#include <memory>

#include "core/net/tls/certificate.h"
#include "core/net/tls/openssl.h"
#include "core/net/tls/tls_server_context.h"

namespace wsb::net {
namespace {

constexpr std::size_t kFileBytesMax = std::size_t{1} << 20U;

Error setup_error(std::string message) {
  return make_error(ErrorCode::tls_setup, std::move(message));
}

Result<Bytes> read_file(const std::string& what, const std::string& name) {
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  const std::unique_ptr<std::FILE, Closer> file(std::fopen(name.c_str(), "rbe"));
  if (!file) {
    return make_errno_error(ErrorCode::tls_setup, "cannot read the " + what + " '" + name + "'",
                            errno);
  }
  Bytes bytes(kFileBytesMax + 1, '\0');
  bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file.get()));
  if (std::ferror(file.get()) != 0) {
    return make_errno_error(ErrorCode::tls_setup, "cannot read the " + what + " '" + name + "'",
                            errno);
  }
  if (bytes.size() > kFileBytesMax) {
    return setup_error("the " + what + " '" + name + "' is larger than 1MiB");
  }
  return bytes;
}

Openssl<BIO> view(const Bytes& bytes) {
  return Openssl<BIO>(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

// Called for an encrypted key: OpenSSL would ask on the terminal.
int refuse_passphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

}  // namespace

Result<ServerIdentity> load_server_identity(const std::string& certificate_file,
                                            const std::string& key_file) {
  ServerIdentity identity;
  Result<Bytes> certificates = read_file("certificate file", certificate_file);
  if (!certificates) return std::move(certificates).error();
  Result<Bytes> key_text = read_file("key file", key_file);
  if (!key_text) return std::move(key_text).error();

  ERR_clear_error();
  const Openssl<BIO> certificate_bio = view(*certificates);
  const Openssl<X509> leaf(
      PEM_read_bio_X509(certificate_bio.get(), nullptr, nullptr, nullptr));
  if (!leaf) {
    ERR_clear_error();
    return setup_error("no certificate in PEM form in '" + certificate_file + "'");
  }
  bool encrypted = false;
  const Openssl<BIO> key_bio = view(*key_text);
  const Openssl<EVP_PKEY> key(
      PEM_read_bio_PrivateKey(key_bio.get(), nullptr, refuse_passphrase, &encrypted));
  if (!key) {
    ERR_clear_error();
    if (encrypted) {
      return setup_error("the key in '" + key_file +
                         "' is encrypted (remove the passphrase: openssl pkey -in … -out …)");
    }
    return setup_error("no private key in PEM form in '" + key_file + "'");
  }
  if (X509_check_private_key(leaf.get(), key.get()) != 1) {
    ERR_clear_error();
    return setup_error("the key in '" + key_file + "' does not belong to the certificate in '" +
                       certificate_file + "'");
  }
  if (has_expired(*leaf)) {
    identity.warning = "the certificate in '" + certificate_file + "' expired on " +
                       not_after_of(*leaf) + ": clients will refuse it";
  }
  identity.sha256_fingerprint = fingerprint_of(*leaf);
  identity.certificate_pem = *std::move(certificates);
  identity.private_key_pem = *std::move(key_text);
  if (const auto tried = TlsServerContext::create(identity); !tried) {
    return setup_error(tried.error().text() + " in '" + certificate_file + "'");
  }
  return identity;
}

Result<std::string> load_client_authorities(const std::string& file) {
  Result<Bytes> text = read_file("CA file of clients", file);
  if (!text) return std::move(text).error();
  ERR_clear_error();
  const Openssl<BIO> bio = view(*text);
  int count = 0;
  while (Openssl<X509>(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr))) ++count;
  // At the end there is no further beginning; any other error is of one that is broken.
  const bool broken = ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (count == 0) return setup_error("no certificate in PEM form in '" + file + "'");
  if (broken) {
    return setup_error("certificate " + std::to_string(count + 1) + " in '" + file +
                       "' cannot be read");
  }
  return *std::move(text);
}

}  // namespace wsb::net
