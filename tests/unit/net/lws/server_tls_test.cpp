// The real server with TLS, under a certificate made for the test.

#include <catch2/catch.hpp>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "tests/unit/net/lws/test_client.h"
#include "tests/unit/net/lws/test_server.h"

namespace wsb::net {
namespace {

std::string drain(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string out(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return out;
}

ServerIdentity make_identity() {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_sign(certificate, key, EVP_sha256());
  ServerIdentity out;
  BIO* pem = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(pem, certificate);
  out.certificate_pem = drain(pem);
  pem = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(pem, key, nullptr, nullptr, 0, nullptr, nullptr);
  out.private_key_pem = drain(pem);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return out;
}

ListenConfig tls_config() {
  ListenConfig config;
  config.tls = make_identity();
  return config;
}

constexpr auto kTls = TestClient::Security::tls;

}  // namespace

TEST_CASE("messages pass through TLS, small, large, compressed and broadcast") {
  ListenConfig config = tls_config();
  config.max_message = 2_MiB;
  TestServer server(config);
  TestClient client(server.port(), kTls);
  CHECK(client.upgrade("/", "Sec-WebSocket-Extensions: permessage-deflate\r\n")
            .starts_with("HTTP/1.1 101 "));
  client.send_text("@echo hello");
  CHECK(client.next() == "hello");
  const std::string large(1'000'000, 't');
  client.send_text("@echo " + large);
  CHECK((client.next() == large));
  client.send_compressed("@echo " + large);
  CHECK((client.next() == large));
  TestClient other(server.port(), kTls);
  other.upgrade();
  for (int i = 0; i < 100; ++i) client.send_text("b" + std::to_string(i));
  for (int i = 0; i < 100; ++i) REQUIRE(other.next() == "b" + std::to_string(i));
}

TEST_CASE("a slow TLS reader gets everything in order, with a pong between frames") {
  ListenConfig config = tls_config();
  config.outbox.max_bytes = 64_MiB;
  TestServer server(config);
  TestClient client(server.port(), kTls);
  client.shrink_receive_buffer();
  client.upgrade();
  std::vector<std::string> messages;
  for (int i = 0; i < 200; ++i) {
    messages.push_back(std::to_string(i) + std::string(static_cast<std::size_t>(i) * 300, 's'));
  }
  server.publish(messages);
  client.send_frame(ws::Opcode::ping, "mid");
  for (const std::string& message : messages) REQUIRE((client.next() == message));
  CHECK(client.next_pong() == "mid");
}

TEST_CASE("HTTP and closing work over TLS") {
  TestServer server(tls_config());
  TestClient page(server.port(), kTls);
  page.send_raw("GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string answer = page.read_to_end();
  CHECK(answer.size() - answer.find("\r\n\r\n") - 4 == 3'000'000);
  TestClient client(server.port(), kTls);
  client.upgrade();
  client.send_text("@close 4000 bye");
  CHECK(client.wait_close() == "4000 bye");
  TestClient broken(server.port(), kTls);
  broken.upgrade();
  broken.send_frame(ws::Opcode::text, "\xff");
  CHECK(broken.wait_close() == "1007 text is not UTF-8");
}

TEST_CASE("a client that does not speak TLS is a failed handshake, told in words if HTTP") {
  TestServer server(tls_config());
  TestClient plain(server.port());
  plain.send_raw("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string answer = plain.read_to_end();
  CHECK(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"));
  const std::string words = "this port speaks TLS: use https:// or wss:// to reach it\n";
  CHECK(answer.ends_with("\r\n\r\n" + words));
  CHECK(answer.find("Content-Length: " + std::to_string(words.size())) != std::string::npos);
  TestClient noise(server.port());
  noise.send_raw("\x01\x02\x03\x04\x05\x06\x07");
  CHECK(noise.read_to_end().find("HTTP") == std::string::npos);
  TestClient good(server.port(), kTls);
  good.upgrade();
  good.send_text("@echo x");
  CHECK(good.next() == "x");
  CHECK(server.stats().handshake_failures == 2);
  CHECK(server.stats().accepted == 3);
}

TEST_CASE("a client without the certificate that it is asked for is refused and counted apart") {
  ListenConfig config = tls_config();
  config.tls->client_authorities_pem = make_identity().certificate_pem;
  TestServer server(config);
  TestClient client(server.port(), kTls);  // TLS 1.3: a client learns of it with its first read
  CHECK(client.read_to_end().empty());
  CHECK(server.eventually([&] { return server.stats().certificates_refused == 1; }));
  CHECK(server.stats().handshake_failures == 0);
}

TEST_CASE("a new identity holds for new connections, and the old ones go on") {
  TestServer server(tls_config());
  TestClient before(server.port(), kTls);
  before.upgrade();
  const std::string old_certificate = before.certificate_pem();
  const ServerIdentity renewed = make_identity();
  server.set_identity(renewed);
  TestClient after(server.port(), kTls);
  after.upgrade();
  CHECK(old_certificate != renewed.certificate_pem);
  CHECK(after.certificate_pem() == renewed.certificate_pem);
  before.send_text("to the new one");
  CHECK(after.next() == "to the new one");
  after.send_text("to the old one");
  CHECK(before.next() == "to the old one");
}

TEST_CASE("a key that does not belong to the certificate is refused") {
  ServerIdentity mixed = make_identity();
  mixed.private_key_pem = make_identity().private_key_pem;
  TestLog log;
  std::mutex global;
  auto sockets = open_listen_sockets("127.0.0.1", 0, 1);
  REQUIRE(sockets);
  auto loop = LwsLoop::create(global);
  REQUIRE(loop);
  struct Nobody final : ConnectionHandler, HttpHandler {
    HandshakeDecision on_handshake(const HandshakeRequest&) override { return {}; }
    void on_open(Connection&) override {}
    void on_message(Connection&, const ws::Message&) override {}
    void on_pong(Connection&, BytesView) override {}
    void on_close(Connection&, const CloseInfo&) override {}
    void on_request(std::shared_ptr<HttpExchange>) override {}
  } nobody;
  ListenConfig config;
  config.tls = mixed;
  const auto listener =
      LwsListener::create(**loop, log, std::move(sockets->front()), config, nobody, nobody);
  REQUIRE_FALSE(listener);
  CHECK(listener.error().code == ErrorCode::tls_setup);
  CHECK(listener.error().text() == "cannot use the private key: key values mismatch");
}

}  // namespace wsb::net
