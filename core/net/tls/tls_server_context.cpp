#include "core/net/tls/tls_server_context.h"

#include <string>

#include "core/net/tls/openssl.h"

namespace wsb::net {
namespace {

constexpr std::array<unsigned char, 9> kAlpn{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

Openssl<BIO> reader(const std::string& pem) {
  return Openssl<BIO>(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

Error tls_error(const std::string& what) {
  return make_error(ErrorCode::tls_setup, what + ": " + take_openssl_error());
}

// A client that offers something else only goes on without: it speaks HTTP/1.1 all the same.
int choose_alpn(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                unsigned int in_size, void*) {
  auto** chosen = const_cast<unsigned char**>(out);
  const int result = SSL_select_next_proto(chosen, out_size, kAlpn.data(), kAlpn.size(), in,
                                           in_size);
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

Result<void> install_identity(SSL_CTX* context, const ServerIdentity& identity) {
  ERR_clear_error();
  const Openssl<BIO> certificates = reader(identity.certificate_pem);
  const Openssl<X509> leaf(PEM_read_bio_X509(certificates.get(), nullptr, nullptr, nullptr));
  if (leaf == nullptr || SSL_CTX_use_certificate(context, leaf.get()) != 1) {
    return tls_error("cannot use the certificate");
  }
  while (X509* next = PEM_read_bio_X509(certificates.get(), nullptr, nullptr, nullptr)) {
    if (SSL_CTX_add0_chain_cert(context, next) == 1) continue;
    X509_free(next);
    return tls_error("cannot use the certificate chain");
  }
  ERR_clear_error();  // the end of the list is an error to OpenSSL
  const Openssl<BIO> key_text = reader(identity.private_key_pem);
  const Openssl<EVP_PKEY> key(PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr));
  if (key == nullptr || SSL_CTX_use_PrivateKey(context, key.get()) != 1 ||
      SSL_CTX_check_private_key(context) != 1) {
    return tls_error("cannot use the private key");
  }
  return {};
}

// The store holds nobody else, and our own chain is what the file says.
Result<void> ask_for_certificates(SSL_CTX* context, const std::string& authorities_pem) {
  ERR_clear_error();
  const Openssl<BIO> certificates = reader(authorities_pem);
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  int count = 0;
  while (const Openssl<X509> authority{
      PEM_read_bio_X509(certificates.get(), nullptr, nullptr, nullptr)}) {
    if (X509_STORE_add_cert(store, authority.get()) != 1 ||
        SSL_CTX_add_client_CA(context, authority.get()) != 1) {
      return tls_error("cannot use the CA certificates of clients");
    }
    ++count;
  }
  if (count == 0) return tls_error("cannot use the CA certificates of clients");
  ERR_clear_error();  // the end of the list is an error to OpenSSL
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_mode(context, SSL_MODE_NO_AUTO_CHAIN);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context, 0);
  return {};
}

}  // namespace

Result<std::shared_ptr<TlsServerContext>> TlsServerContext::create(
    const ServerIdentity& identity) {
  const std::shared_ptr<TlsServerContext> context(new TlsServerContext);
  WSB_TRY(context->set_up(identity));
  return context;
}

Result<void> TlsServerContext::set_up(const ServerIdentity& identity) {
  SSL_CTX* context = open(Side::server);
  if (context == nullptr) return tls_error("cannot start TLS");
  SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  // Sessions are resumed by tickets, which cost the server no memory.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_alpn_select_cb(context, choose_alpn, nullptr);
  WSB_TRY(install_identity(context, identity));
  if (identity.client_authorities_pem.empty()) return {};
  return ask_for_certificates(context, identity.client_authorities_pem);
}

}  // namespace wsb::net
