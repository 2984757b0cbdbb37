#pragma once

// The server's end of TLS for tests, by OpenSSL over memory BIOs on a byte stream; and certificates
// made to be good or bad in one way. Needs OpenSSL; for tests of core/net/tls only.

#include <openssl/ssl.h>

#include <functional>
#include <memory>
#include <string>

#include "core/net/byte_stream.h"

namespace wsb::net {

struct TestCertificate {
  std::string pem;
  std::string key_pem;
};

struct CertificateWish {
  std::string names = "DNS:server.test";  // as OpenSSL's configuration has them
  long not_before_seconds = -3600;
  long not_after_seconds = 3600;
  const TestCertificate* issuer = nullptr;  // null: self-signed
  bool authority = false;
};
[[nodiscard]] TestCertificate make_certificate(const CertificateWish& wish);

class TlsPeer final : public StreamEvents {
 public:
  TlsPeer(std::unique_ptr<ByteStream> stream, const TestCertificate& certificate,
          int max_version = TLS1_3_VERSION);
  ~TlsPeer() override;

  void send(BytesView plain);
  void send_close_notify();

  Bytes received;              // decrypted
  std::string server_name;     // SNI
  std::string alpn;
  bool secured = false;
  bool got_close_notify = false;
  bool ended = false;
  std::unique_ptr<ByteStream> stream;

 private:
  void on_phase(Phase) override {}
  void on_bytes(BytesView ciphertext) override;
  void on_writable() override { flush(); }
  void on_end(const StreamEnd&) override { ended = true; }
  void flush();

  SSL_CTX* context_ = nullptr;
  SSL* ssl_ = nullptr;
  BIO* in_ = nullptr;
  BIO* out_ = nullptr;
  Bytes unsent_;
};

// A file in a folder of its own, which goes with it.
class ScratchFile {
 public:
  explicit ScratchFile(const std::string& content);
  ~ScratchFile();
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  std::string name_;
};

}  // namespace wsb::net
