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

TEST_CASE("the Socket.IO client of a file goes by both names, and must have something in it") {
  AccessFiles files;
  ServeConfig config;
  const auto load = [&] { return load_serve_files(config, std::nullopt); };
  CHECK(load().value()->socketio_client == nullptr);
  config.socketio.client_file = files.write("client.js", "the official one");
  config.access.token_file = files.write("tokens", "alpha\n");
  const auto loaded = load();
  REQUIRE(loaded);
  CHECK(describe(**loaded) == "1 token, Socket.IO client");
  for (const char* path : {"/socket.io/socket.io.js", "/socket.io/socket.io.min.js"}) {
    const auto answer = (*loaded)->socketio_client->find(path, std::nullopt);
    REQUIRE(answer);
    CHECK(*answer->body == "the official one");
    CHECK(answer->headers.find("Content-Type") == "text/javascript; charset=utf-8");
    const auto again = (*loaded)->socketio_client->find(path, answer->headers.find("ETag"));
    CHECK(again->status == 304);
  }
  config.access.token_file.clear();
  CHECK(describe(*load().value()) == "Socket.IO client");
  const std::string name = config.socketio.client_file;
  files.write("client.js", "");
  CHECK(load().error().text() == "the Socket.IO client '" + name + "' is empty");
  files.write("client.js", std::string((std::size_t{1} << 20U) + 1, ' '));
  CHECK(load().error().text() == "the Socket.IO client '" + name + "' is larger than 1MiB");
  config.socketio.client_file = files.path("missing.js");
  CHECK(load().error().text() == "cannot read the Socket.IO client '" +
                                     config.socketio.client_file +
                                     "': No such file or directory");
}
