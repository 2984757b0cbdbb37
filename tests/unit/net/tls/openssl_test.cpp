#include "core/net/tls/openssl.h"

#include <catch2/catch.hpp>

namespace wsb::net {
namespace {

TEST_CASE("the reason of an error is taken once") {
  OPENSSL_init_ssl(OPENSSL_INIT_LOAD_SSL_STRINGS, nullptr);
  ERR_clear_error();
  CHECK(take_openssl_error() == "unknown error");
  ERR_raise(ERR_LIB_SSL, SSL_R_WRONG_VERSION_NUMBER);
  CHECK(take_openssl_error() == "wrong version number");
  CHECK(take_openssl_error() == "unknown error");
}

TEST_CASE("the contents of a memory BIO") {
  const Openssl<BIO> memory(BIO_new(BIO_s_mem()));
  CHECK(contents(memory.get()).empty());
  BIO_write(memory.get(), "a\0b", 3);
  CHECK(contents(memory.get()) == Bytes("a\0b", 3));
}

}  // namespace
}  // namespace wsb::net
