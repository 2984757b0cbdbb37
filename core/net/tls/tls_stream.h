#pragma once

// TLS of a client as a filter over another byte stream: ciphertext below, plain bytes above,
// OpenSSL between two memory BIOs, so that the same code runs over TCP, a proxy, or a pipe of a
// test. Says in words why a certificate is not trusted. Owned by the layer above, on its loop's
// thread.

#include <openssl/types.h>

#include <memory>
#include <optional>
#include <string>

#include "core/net/byte_stream.h"
#include "core/net/loop.h"
#include "core/net/tls/tls_client_context.h"

namespace wsb::net {

class TlsStream final : public ByteStream, private StreamEvents {
 public:
  // `host`: for SNI and verification; a name, or an IP literal, which is not sent as SNI (RFC 6066
  // §3). A context that could not be made ends the stream instead of starting it.
  TlsStream(Loop& loop, Result<std::shared_ptr<TlsClientContext>> context, std::string host,
            std::unique_ptr<ByteStream> below);
  ~TlsStream() override;

  void start(StreamEvents& events) override;
  [[nodiscard]] std::size_t write(BytesView bytes) override;
  void pause_reading() override;
  void resume_reading() override;
  void close() override;
  void abort() override;
  void describe(ConnectionInfo& info) const override;

 private:
  void on_phase(Phase phase) override;
  void on_bytes(BytesView ciphertext) override;
  void on_writable() override;
  void on_end(const StreamEnd& end) override;

  [[nodiscard]] Result<void> make_session();
  void shake_hands();
  void deliver();
  [[nodiscard]] bool flush();
  void fail(ErrorCode code, std::string text);
  void end(StreamEnd end);
  static int on_verify(int good, X509_STORE_CTX* chain);

  Loop& loop_;
  Result<std::shared_ptr<TlsClientContext>> context_;
  const std::string host_;
  std::unique_ptr<ByteStream> below_;
  StreamEvents* events_ = nullptr;  // null: not started, or over
  SSL* ssl_ = nullptr;
  BIO* received_ = nullptr;  // ciphertext, owned by ssl_
  BIO* to_send_ = nullptr;
  std::string distrust_;     // why the certificate is not trusted; empty: it is
  bool ready_ = false;       // the handshake is done
  bool paused_ = false;
  bool upper_waits_ = false;  // for on_writable
  TimerId timer_;
};

}  // namespace wsb::net
