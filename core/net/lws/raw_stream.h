#pragma once

// A TCP or unix connection as a byte stream. The socket is opened by a Dialer and then watched by
// libwebsockets as a RAW file descriptor: the loop integration is libwebsockets', the reads and
// writes are ours. (Its RAW socket role stops reading while a write is pending, hides errno, and
// loses what came before a reset.) Reads go into one large buffer that all streams of a loop share;
// writes come straight from the caller's. Owned by the layer above, on its loop's thread.

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "core/net/byte_stream.h"
#include "core/net/connector.h"
#include "core/net/lws/dialer.h"
#include "core/net/lws/lws_loop.h"
#include "core/net/lws/resolver.h"

struct lws;
struct lws_protocols;

namespace wsb::net {

class RawStream final : public ByteStream {
 public:
  static constexpr std::size_t kReadBytes = std::size_t{64} << 10U;
  using ReadBuffer = std::array<char, kReadBytes>;
  struct Shared {  // by all streams of a loop, which they do not outlive
    LwsLoop& loop;
    Resolver& resolver;
    ReadBuffer& buffer;
  };

  RawStream(const Shared& shared, const ConnectConfig& config);
  ~RawStream() override;

  void start(StreamEvents& events) override;
  [[nodiscard]] std::size_t write(BytesView bytes) override;
  void pause_reading() override;
  void resume_reading() override;
  void close() override;
  void abort() override;
  void describe(ConnectionInfo& info) const override;

  // What libwebsockets calls: for its table of protocols.
  static int on_event(lws* wsi, int reason);
  [[nodiscard]] static const lws_protocols* protocols();

 private:
  enum class Input { drained, ended, closed_by_us };

  void resolve();
  void resolved(const Result<std::vector<SocketAddress>>& addresses);
  void dialed(const Result<int>& fd);
  [[nodiscard]] bool adopt();
  void readable();
  void writable();
  [[nodiscard]] Input read(int rounds);
  void lost_by_libwebsockets();
  void write_failed();
  void end_open();
  void end(Phase phase, std::optional<Error> error);
  void let_go();
  [[nodiscard]] Error connect_error(const Error& error) const;
  [[nodiscard]] Error lost_error(int error_number) const;

  Shared shared_;
  http::Url url_;
  std::string source_address_;
  bool tcp_nodelay_;
  StreamEvents* events_ = nullptr;  // null: not started, or over
  TimerId timer_;
  Resolver::Ticket lookup_;
  std::unique_ptr<Dialer> dialer_;
  std::vector<SocketAddress> tried_;
  lws* wsi_ = nullptr;
  int fd_ = -1;             // closed by libwebsockets together with wsi_
  bool in_callback_ = false;
  bool paused_ = false;
  bool asked_for_room_ = false;
  int end_errno_ = 0;       // with Input::ended; 0: in order
};

}  // namespace wsb::net
