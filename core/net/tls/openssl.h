#pragma once

// Owners for the objects of OpenSSL, and its errors as text. For the .cpp files of this folder.

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "core/base/bytes.h"

namespace wsb::net {

struct OpensslDeleter {
  void operator()(SSL_CTX* object) const { SSL_CTX_free(object); }
  void operator()(SSL* object) const { SSL_free(object); }
  void operator()(X509* object) const { X509_free(object); }
  void operator()(EVP_PKEY* object) const { EVP_PKEY_free(object); }
  void operator()(BIO* object) const { BIO_free_all(object); }
  void operator()(GENERAL_NAMES* object) const { GENERAL_NAMES_free(object); }
  void operator()(X509_EXTENSION* object) const { X509_EXTENSION_free(object); }
  void operator()(ASN1_OCTET_STRING* object) const { ASN1_OCTET_STRING_free(object); }
};

template <class T>
using Openssl = std::unique_ptr<T, OpensslDeleter>;

// The reason of the last error of this thread, and forgets them all; "unknown error" if there is
// none.
[[nodiscard]] std::string take_openssl_error();
// What was written to a memory BIO.
[[nodiscard]] Bytes contents(BIO* memory);

}  // namespace wsb::net
