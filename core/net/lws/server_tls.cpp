#include "core/net/lws/server_tls.h"

#include <memory>
#include <string>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "core/net/lws/server_site.h"

namespace wsb::net {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

Owned<BIO> reader(const std::string& pem) {
  return Owned<BIO>(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

Error tls_error(const std::string& what) {
  const unsigned long code = ERR_get_error();
  const char* reason = ERR_reason_error_string(code);
  ERR_clear_error();
  return make_error(ErrorCode::tls_setup, reason == nullptr ? what : what + ": " + reason);
}

}  // namespace

Result<void> install_identity(SSL_CTX* context, const ServerIdentity& identity) {
  ERR_clear_error();
  const Owned<BIO> certificates = reader(identity.certificate_pem);
  const Owned<X509> leaf(PEM_read_bio_X509(certificates.get(), nullptr, nullptr, nullptr));
  if (leaf == nullptr || SSL_CTX_use_certificate(context, leaf.get()) != 1) {
    return tls_error("cannot use the certificate");
  }
  while (X509* next = PEM_read_bio_X509(certificates.get(), nullptr, nullptr, nullptr)) {
    if (SSL_CTX_add0_chain_cert(context, next) == 1) continue;
    X509_free(next);
    return tls_error("cannot use the certificate chain");
  }
  ERR_clear_error();  // the end of the list is an error to OpenSSL
  const Owned<BIO> key_text = reader(identity.private_key_pem);
  const Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr));
  if (key == nullptr || SSL_CTX_use_PrivateKey(context, key.get()) != 1 ||
      SSL_CTX_check_private_key(context) != 1) {
    return tls_error("cannot use the private key");
  }
  return {};
}

int configure_server_tls(SSL_CTX* context, ServerSite& site) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  // libwebsockets repeats an unfinished write from a copy, so the buffer moves.
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  const Result<void> installed = install_identity(context, *site.config().tls);
  if (installed) return 0;
  site.log().write(LogLevel::error, installed.error().text());
  return -1;
}

}  // namespace wsb::net
