#pragma once

// A connected socket as a byte stream, watched by libwebsockets as a RAW file descriptor: the loop
// integration is libwebsockets', the reads and writes are ours. (Its RAW socket role stops reading
// while a write is pending, hides errno, and loses what came before a reset.) Reads go into one
// large buffer that all streams of a loop share; writes come straight from the caller's. Owned by
// the layer above, on its loop's thread.

#include <optional>
#include <string>

#include "core/net/byte_stream.h"
#include "core/net/lws/lws_loop.h"

struct lws;
struct lws_protocols;

namespace wsb::net {

class SocketStream : public ByteStream {
 public:
  // An accepted socket: non-blocking, close-on-exec, owned from here on.
  SocketStream(LwsLoop& loop, int fd);
  ~SocketStream() override;

  void start(StreamEvents& events) override;
  [[nodiscard]] std::size_t write(BytesView bytes) override;
  void pause_reading() override;
  void resume_reading() override;
  void end_writing() override;
  void close() override;
  void abort() override;
  [[nodiscard]] bool leave() override;
  void settle(Loop& loop, StreamEvents& events) override;
  void describe(ConnectionInfo& info) const override;

  // What libwebsockets calls: for its table of protocols.
  static int on_event(lws* wsi, int reason);
  [[nodiscard]] static const lws_protocols* protocols();

 protected:
  // One that is not connected yet.
  explicit SocketStream(LwsLoop& loop);

  [[nodiscard]] LwsLoop& loop() { return *loop_; }
  [[nodiscard]] StreamEvents* events() { return events_; }
  void set_events(StreamEvents& events) { events_ = &events; }
  // Has libwebsockets watch `fd`, which is this stream's from now on; false: it was closed.
  [[nodiscard]] bool adopt(int fd);
  void call_later(void (SocketStream::*action)());
  void end(Phase phase, std::optional<Error> error);
  // What the layer above needs no more before the socket is connected.
  virtual void give_up() {}
  // For error messages: who is at the other end.
  [[nodiscard]] virtual std::string peer_name() const;
  TimerId timer_;

 private:
  enum class Input { drained, ended, closed_by_us };

  void start_accepted();
  void readable();
  void writable();
  void ask_for_room();
  [[nodiscard]] Input read(int rounds);
  void lost_by_libwebsockets();
  void write_failed();
  void end_open();
  void let_go();
  [[nodiscard]] Error lost_error(int error_number) const;

  LwsLoop* loop_;  // null: it has left
  StreamEvents* events_ = nullptr;  // null: not started, or over
  lws* wsi_ = nullptr;
  int fd_ = -1;             // closed by libwebsockets together with wsi_
  const bool accepted_;
  bool in_callback_ = false;
  bool paused_ = false;
  bool asked_for_room_ = false;
  int end_errno_ = 0;       // with Input::ended; 0: in order
};

}  // namespace wsb::net
