#pragma once

// An accepted byte stream that begins with a header of the PROXY protocol: takes the header off,
// and says afterwards that the peer is whom the proxy named. A filter below TLS, for connections of
// trusted proxies only. What is no such header ends the stream. Owned by the layer above, on its
// loop's thread.

#include <memory>

#include "core/net/byte_stream.h"
#include "core/proto/proxy/proxy_header.h"

namespace wsb::net {

class ProxyStream final : public ByteStream, private StreamEvents {
 public:
  explicit ProxyStream(std::unique_ptr<ByteStream> below) : below_(std::move(below)) {}

  void start(StreamEvents& events) override;
  [[nodiscard]] std::size_t write(BytesView bytes) override { return below_->write(bytes); }
  void pause_reading() override { below_->pause_reading(); }
  void resume_reading() override { below_->resume_reading(); }
  void end_writing() override { below_->end_writing(); }
  [[nodiscard]] bool has_unsent() const override { return below_->has_unsent(); }
  void close() override;
  void abort() override;
  [[nodiscard]] bool leave() override;
  void settle(Loop& loop, StreamEvents& events) override;
  // With what the header says.
  void describe(ConnectionInfo& info) const override;

 private:
  void on_phase(Phase phase) override;
  void on_bytes(BytesView bytes) override;
  void on_writable() override;
  void on_end(const StreamEnd& end) override;

  const std::unique_ptr<ByteStream> below_;
  StreamEvents* events_ = nullptr;  // null: not started, or over
  proxy::ProxyHeaderReader reader_;
};

}  // namespace wsb::net
