#include "core/app/serve_files.h"

#include <catch2/catch.hpp>

#include "core/net/tls/self_signed.h"
#include "tests/unit/app/access_files.h"

using namespace wsb;
using namespace wsb::app;

TEST_CASE("files are read together and described without what they hold") {
  AccessFiles files;
  const net::ServerIdentity made = net::make_self_signed({"a.test"}).value();
  ServeConfig config;
  const auto load = [&] { return load_serve_files(config, std::nullopt); };
  CHECK(describe(*load().value()) == "no files");
  config.access.token_file = files.write("tokens", "alpha\nbeta\n");
  config.access.publish_token_file = files.write("writers", "gamma\n");
  CHECK(describe(*load().value()) == "2 tokens, 1 token for publishing");
  config.certificate_file = files.write("cert.pem", made.certificate_pem);
  config.key_file = files.write("key.pem", made.private_key_pem);
  const auto loaded = load();
  REQUIRE(loaded);
  CHECK((*loaded)->identity->private_key_pem == made.private_key_pem);
  CHECK(describe(**loaded) == "certificate sha256 " + made.sha256_fingerprint +
                                  ", 2 tokens, 1 token for publishing");
}

TEST_CASE("one bad file of several is the error") {
  AccessFiles files;
  const net::ServerIdentity made = net::make_self_signed({"a.test"}).value();
  ServeConfig config;
  config.certificate_file = files.write("cert.pem", made.certificate_pem);
  config.key_file = files.write("key.pem", made.private_key_pem);
  config.access.token_file = files.write("tokens", "not good\n");
  CHECK(load_serve_files(config, std::nullopt).error().text().starts_with(
      "the token file '" + config.access.token_file + "': line 1: "));
  config.key_file = files.path("missing");
  CHECK(load_serve_files(config, std::nullopt).error().code == ErrorCode::tls_setup);
}

TEST_CASE("whose certificates clients need is part of who the server is, made on the spot or not") {
  AccessFiles files;
  const net::ServerIdentity authority = net::make_self_signed({"authority.test"}).value();
  const net::ServerIdentity made = net::make_self_signed({"a.test"}).value();
  ServeConfig config;
  config.tls_self_signed = true;
  CHECK_FALSE(load_serve_files(config, made).value()->identity);
  config.client_ca_file = files.write("clients.pem", authority.certificate_pem);
  const auto loaded = load_serve_files(config, made);
  REQUIRE(loaded);
  CHECK((*loaded)->identity->sha256_fingerprint == made.sha256_fingerprint);
  CHECK((*loaded)->identity->client_authorities_pem == authority.certificate_pem);
  CHECK(describe(**loaded) ==
        "certificate sha256 " + made.sha256_fingerprint + ", CA of clients");
  config.client_ca_file = files.write("clients.pem", "none");
  CHECK(load_serve_files(config, made).error().text() ==
        "no certificate in PEM form in '" + config.client_ca_file + "'");
}
