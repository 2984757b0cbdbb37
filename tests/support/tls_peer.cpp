#include "tests/support/tls_peer.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string_view>

#include "core/base/check.h"
#include "core/net/tls/openssl.h"

namespace wsb::net {
namespace {

Openssl<X509> certificate_of(const std::string& pem) {
  const Openssl<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return Openssl<X509>(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

Openssl<EVP_PKEY> key_of(const std::string& pem) {
  const Openssl<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return Openssl<EVP_PKEY>(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
}

void extend(X509* certificate, int nid, const char* value) {
  const Openssl<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, nullptr, nid, value));
  WSB_CHECK(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

int take_first_protocol(SSL*, const unsigned char** out, unsigned char* size,
                        const unsigned char* in, unsigned int, void*) {
  *size = in[0];
  *out = in + 1;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

TestCertificate make_certificate(const CertificateWish& wish) {
  static long serial = 0;
  std::array<char, 6> curve{"P-256"};
  const Openssl<EVP_PKEY> key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve.data()));
  const Openssl<X509> made(X509_new());
  X509* certificate = made.get();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), wish.not_before_seconds);
  X509_gmtime_adj(X509_getm_notAfter(certificate), wish.not_after_seconds);
  X509_set_pubkey(certificate, key.get());
  const std::string name = wish.authority ? "test authority" : "test leaf";
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  extend(certificate, NID_basic_constraints, wish.authority ? "critical,CA:TRUE" : "CA:FALSE");
  if (!wish.authority) extend(certificate, NID_subject_alt_name, wish.names.c_str());
  if (wish.issuer == nullptr) {
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    WSB_CHECK(X509_sign(certificate, key.get(), EVP_sha256()) > 0);
  } else {
    const Openssl<X509> issuer = certificate_of(wish.issuer->pem);
    const Openssl<EVP_PKEY> issuer_key = key_of(wish.issuer->key_pem);
    X509_set_issuer_name(certificate, X509_get_subject_name(issuer.get()));
    WSB_CHECK(X509_sign(certificate, issuer_key.get(), EVP_sha256()) > 0);
  }
  const Openssl<BIO> pem(BIO_new(BIO_s_mem()));
  const Openssl<BIO> key_pem(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(pem.get(), certificate);
  PEM_write_bio_PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return {contents(pem.get()), contents(key_pem.get())};
}

TlsPeer::TlsPeer(std::unique_ptr<ByteStream> below, const TestCertificate& certificate,
                 int max_version)
    : stream(std::move(below)), context_(SSL_CTX_new(TLS_server_method())) {
  WSB_CHECK(SSL_CTX_use_certificate(context_, certificate_of(certificate.pem).get()) == 1);
  WSB_CHECK(SSL_CTX_use_PrivateKey(context_, key_of(certificate.key_pem).get()) == 1);
  SSL_CTX_set_security_level(context_, 0);  // so that an old version can be tried
  SSL_CTX_set_min_proto_version(context_, TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context_, max_version);
  SSL_CTX_set_alpn_select_cb(context_, take_first_protocol, nullptr);
  ssl_ = SSL_new(context_);
  in_ = BIO_new(BIO_s_mem());
  out_ = BIO_new(BIO_s_mem());
  BIO_set_mem_eof_return(in_, -1);
  SSL_set_bio(ssl_, in_, out_);
  SSL_set_accept_state(ssl_);
  stream->start(*this);
}

TlsPeer::~TlsPeer() {
  SSL_free(ssl_);
  SSL_CTX_free(context_);
}

void TlsPeer::on_bytes(BytesView ciphertext) {
  BIO_write(in_, ciphertext.data(), static_cast<int>(ciphertext.size()));
  if (!secured && SSL_do_handshake(ssl_) == 1) {
    secured = true;
    const char* name = SSL_get_servername(ssl_, TLSEXT_NAMETYPE_host_name);
    server_name = name == nullptr ? "" : name;
    const unsigned char* data = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(ssl_, &data, &size);
    alpn.assign(reinterpret_cast<const char*>(data), size);
  }
  std::array<char, 16384> buffer{};
  std::size_t size = 0;
  while (secured && SSL_read_ex(ssl_, buffer.data(), buffer.size(), &size) == 1)
    received.append(buffer.data(), size);
  got_close_notify = (SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN) != 0;
  ERR_clear_error();
  flush();
}

void TlsPeer::send(BytesView plain) {
  std::size_t size = 0;
  WSB_CHECK(SSL_write_ex(ssl_, plain.data(), plain.size(), &size) == 1 && size == plain.size());
  flush();
}

void TlsPeer::send_close_notify() {
  SSL_shutdown(ssl_);
  flush();
}

void TlsPeer::flush() {
  unsent_ += contents(out_);
  BIO_reset(out_);
  if (!unsent_.empty() && !ended) unsent_.erase(0, stream->write(unsent_));
}

ScratchFile::ScratchFile(const std::string& content) : name_("/tmp/wsb-test-XXXXXX") {
  const int fd = mkstemp(name_.data());
  WSB_CHECK(fd >= 0);
  WSB_CHECK(write(fd, content.data(), content.size()) == static_cast<ssize_t>(content.size()));
  close(fd);
}

ScratchFile::~ScratchFile() { unlink(name_.c_str()); }

}  // namespace wsb::net
