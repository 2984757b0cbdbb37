#include "tests/unit/net/lws/test_client.h"

#include <catch2/catch.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>

#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "core/proto/ws/deflater.h"

namespace wsb::net {

TestClient::TestClient(std::uint16_t port, Security security) {
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(fd_ >= 0);
  timeval patience{.tv_sec = 10, .tv_usec = 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  if (security == Security::plain) return;
  context_ = SSL_CTX_new(TLS_client_method());
  tls_ = SSL_new(context_);
  SSL_set_fd(tls_, fd_);
  REQUIRE(SSL_connect(tls_) == 1);
}

TestClient::~TestClient() {
  SSL_free(tls_);
  SSL_CTX_free(context_);
  close(fd_);
}

std::string TestClient::certificate_pem() const {
  BIO* out = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(out, SSL_get0_peer_certificate(tls_));
  char* data = nullptr;
  const long size = BIO_get_mem_data(out, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(out);
  return text;
}

bool TestClient::send_raw(BytesView bytes) {
  while (!bytes.empty()) {
    const auto sent = tls_ != nullptr
                          ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                          : static_cast<int>(send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    if (sent <= 0) return false;  // which the reader shows too
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool TestClient::read_some() {
  std::array<char, 65536> buffer;
  const auto got = tls_ != nullptr ? SSL_read(tls_, buffer.data(), static_cast<int>(buffer.size()))
                                   : static_cast<int>(recv(fd_, buffer.data(), buffer.size(), 0));
  if (got < 0 && errno == EAGAIN && tls_ == nullptr) FAIL_CHECK("the server said nothing for 10 s");
  if (got <= 0) return false;
  input_.append(buffer.data(), static_cast<std::size_t>(got));
  return true;
}

std::string TestClient::read_until(std::string_view end) {
  std::size_t found = input_.find(end);
  while (found == std::string::npos && read_some()) found = input_.find(end);
  const std::size_t size = found == std::string::npos ? input_.size() : found + end.size();
  std::string out = input_.substr(0, size);
  input_.erase(0, size);
  return out;
}

std::string TestClient::read_bytes(std::size_t size) {
  while (input_.size() < size && read_some()) {
  }
  std::string out = input_.substr(0, size);
  input_.erase(0, size);
  return out;
}

std::string TestClient::read_response() {
  const std::string head = read_until("\r\n\r\n");
  const std::size_t at = head.find("Content-Length: ");
  REQUIRE(at != std::string::npos);
  return head + read_bytes(static_cast<std::size_t>(std::stoi(head.substr(at + 16))));
}

std::string TestClient::read_to_end() {
  while (read_some()) {
  }
  return std::exchange(input_, {});
}

void TestClient::shrink_receive_buffer() {
  const int bytes = 65536;  // smaller ones make loopback crawl
  setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

std::string TestClient::upgrade(const std::string& target, const std::string& extra,
                                const std::string& behind) {
  send_raw("GET " + target +
           " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" +
           extra + "\r\n" + behind);
  std::string head = read_until("\r\n\r\n");
  ws::MessageDecoderOptions options;
  if (head.find("permessage-deflate") != std::string::npos) options.deflate = ws::DeflateParams{};
  decoder_ = std::make_unique<ws::MessageDecoder>(options);
  return head;
}

void TestClient::send_frame(ws::Opcode opcode, BytesView payload, ws::FrameFlags flags) {
  Bytes out;
  encoder_.append_frame(out, opcode, payload, flags);
  send_raw(out);
}

void TestClient::send_close(std::uint16_t code, std::string_view reason) {
  answers_close_ = false;
  Bytes payload;
  if (code != 0 && code != 1005) {
    payload += static_cast<char>(code >> 8U);
    payload += static_cast<char>(code & 0xFFU);
    payload += reason;
  }
  send_frame(ws::Opcode::close, payload);
}

void TestClient::send_compressed(BytesView text) {
  ws::Deflater deflater({.no_context_takeover = true});
  Bytes packed;
  deflater.compress(text, packed);
  send_frame(ws::Opcode::text, packed, {.rsv1 = true});
}

bool TestClient::read_frames() {
  REQUIRE(decoder_ != nullptr);
  if (input_.empty() && !read_some()) return false;
  const std::string bytes = std::exchange(input_, {});
  decoder_->feed(bytes, *this);
  return true;
}

std::string TestClient::next() {
  while (messages_.empty()) {
    if (read_frames()) continue;
    FAIL_CHECK("the stream ended without a message");
    return "";
  }
  std::string out = std::move(messages_.front());
  messages_.erase(messages_.begin());
  compressed_ = compressed_flags_.front();
  compressed_flags_.erase(compressed_flags_.begin());
  return out;
}

std::string TestClient::next_pong() {
  while (pongs_.empty() && read_frames()) {
  }
  if (pongs_.empty()) return "none";
  std::string out = std::move(pongs_.front());
  pongs_.erase(pongs_.begin());
  return out;
}

std::string TestClient::wait_close() {
  while (read_frames()) {
  }
  return close_;
}

void TestClient::on_message(const ws::Message& message) {
  messages_.emplace_back(message.payload);
  compressed_flags_.push_back(message.compressed);
}

void TestClient::on_ping(BytesView payload) { send_frame(ws::Opcode::pong, payload); }

void TestClient::on_pong(BytesView payload) { pongs_.emplace_back(payload); }

void TestClient::on_close(const ws::CloseInfo& info) {
  close_ = std::to_string(ws::to_number(info.code)) + " " + info.reason;
  if (answers_close_) send_close(ws::to_number(info.code));
}

void TestClient::on_error(const ws::ProtocolError& error) {
  FAIL_CHECK("the server broke the protocol: " + error.text);
}

}  // namespace wsb::net
