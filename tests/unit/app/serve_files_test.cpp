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
  CHECK(describe(*load_serve_files(config).value()) == "no files");
  config.access.token_file = files.write("tokens", "alpha\nbeta\n");
  config.access.publish_token_file = files.write("writers", "gamma\n");
  CHECK(describe(*load_serve_files(config).value()) == "2 tokens, 1 token for publishing");
  config.certificate_file = files.write("cert.pem", made.certificate_pem);
  config.key_file = files.write("key.pem", made.private_key_pem);
  const auto loaded = load_serve_files(config);
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
  CHECK(load_serve_files(config).error().text().starts_with(
      "the token file '" + config.access.token_file + "': line 1: "));
  config.key_file = files.path("missing");
  CHECK(load_serve_files(config).error().code == ErrorCode::tls_setup);
}
