#pragma once

// TLS of a client or a server as a filter over another byte stream: ciphertext below, plain bytes
// above, so that the same code runs over TCP, a proxy, or a pipe of a test. OpenSSL reads straight
// from what the stream below delivers and writes into a buffer that all streams of a context share:
// an idle session holds no buffers. A client says in words why a certificate is not trusted. Owned
// by the layer above, on its loop's thread.

#include <openssl/types.h>

#include <memory>
#include <optional>
#include <string>

#include "core/net/byte_stream.h"
#include "core/net/loop.h"
#include "core/net/tls/tls_client_context.h"
#include "core/net/tls/tls_server_context.h"

namespace wsb::net {

class TlsStream final : public ByteStream, private StreamEvents {
 public:
  // A client's. `host`: for SNI and verification; a name, or an IP literal, which is not sent as
  // SNI (RFC 6066 §3). A context that could not be made ends the stream instead of starting it.
  TlsStream(Loop& loop, Result<std::shared_ptr<TlsClientContext>> context, std::string host,
            std::unique_ptr<ByteStream> below);
  // A server's, over a stream that was accepted.
  TlsStream(Loop& loop, std::shared_ptr<TlsServerContext> context,
            std::unique_ptr<ByteStream> below);
  ~TlsStream() override;

  void start(StreamEvents& events) override;
  [[nodiscard]] std::size_t write(BytesView bytes) override;
  void pause_reading() override;
  void resume_reading() override;
  void end_writing() override;
  [[nodiscard]] bool has_unsent() const override {
    return !unsent_.empty() || below_->has_unsent();
  }
  void close() override;
  void abort() override;
  void describe(ConnectionInfo& info) const override;

 private:
  struct Bio;  // what OpenSSL reads from and writes to

  void on_phase(Phase phase) override;
  void on_bytes(BytesView ciphertext) override;
  void on_writable() override;
  void on_end(const StreamEnd& end) override;

  [[nodiscard]] Result<void> make_session();
  [[nodiscard]] bool name_server();
  void shake_hands();
  void handshake_failed();
  [[nodiscard]] std::string peer_name() const;
  void take_in();
  void take_in_held();
  void deliver();
  [[nodiscard]] bool flush();
  void say_goodbye();
  void end_below();
  void fail(ErrorCode code, std::string text);
  void end(StreamEnd end);
  static int on_verify(int good, X509_STORE_CTX* chain);

  Loop& loop_;
  std::shared_ptr<TlsContext> context_;
  std::optional<Error> set_up_error_;
  const bool server_;
  bool verify_ = false;      // without a certificate that is trusted there is no connection
  std::string host_;         // of a server's: empty
  std::unique_ptr<ByteStream> below_;
  StreamEvents* events_ = nullptr;  // null: not started, or over
  SSL* ssl_ = nullptr;
  BytesView incoming_;       // ciphertext that OpenSSL has not taken yet
  Bytes held_;               // of it, what arrived while reading was being paused
  Bytes unsent_;             // ciphertext that the stream below did not take
  std::string distrust_;     // why the peer's certificate is not trusted; empty: it is
  bool ready_ = false;       // the handshake is done
  bool paused_ = false;
  bool upper_waits_ = false;  // for on_writable
  bool ending_ = false;       // our direction ends behind unsent_
  bool ended_ = false;        // it has
  TimerId timer_;
};

}  // namespace wsb::net
