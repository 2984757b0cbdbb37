#pragma once

// One Engine.IO session as a client over a WebSocket sees it: the open packet, the server's pings
// and their absence, messages, the end. It is told what happens and the time, and calls its sink,
// which must not destroy it during a call. Owned by one thread.
// Source: the Engine.IO protocol, revision 4.

#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/time.h"
#include "core/proto/engineio/close_reason.h"
#include "core/proto/engineio/open_packet.h"
#include "core/proto/engineio/packet.h"

namespace wsb::engineio {

class ClientSessionSink {
 public:
  virtual ~ClientSessionSink() = default;
  virtual void on_open(const OpenPacket& open) = 0;
  virtual void send_text(BytesView text) = 0;
  virtual void send_binary(BytesView data) = 0;
  virtual void deliver(bool binary, BytesView data) = 0;
  // Once, last. `why` is for people: what the server sent that it may not, or how long it was
  // silent; empty where `reason` says all. The WebSocket, where it still is, is to be closed.
  virtual void session_closed(CloseReason reason, std::string_view why) = 0;
};

class ClientSession {
 public:
  // The WebSocket is open as of `now`. `open_timeout`: to the open packet. `sink` outlives it.
  ClientSession(Duration open_timeout, ClientSessionSink* sink, TimePoint now);

  void frame_received(bool binary, BytesView payload, TimePoint now);
  void websocket_closed();
  // False: the session is not open, nothing was sent.
  bool send_message(bool binary, BytesView data);
  // Says the packet `close`; the owner then closes the WebSocket.
  void close();

  void tick(TimePoint now);
  // When to call tick() next; nullopt: never.
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  [[nodiscard]] bool is_open() const { return state_ == State::open; }

 private:
  enum class State { opening, open, closed };

  void open_received(BytesView json, TimePoint now);
  void packet_received(const PacketView& packet, TimePoint now);
  void expect_ping(TimePoint now) { silence_due_ = now + patience_; }
  void send_packet(const PacketView& packet);
  void finish(CloseReason reason, std::string_view why);

  ClientSessionSink* sink_;
  State state_ = State::opening;
  Duration patience_;      // the open timeout, then pingInterval + pingTimeout
  TimePoint silence_due_;  // then the server has been silent too long
  Bytes scratch_;
};

// The target of the WebSocket's request: `path` with a slash at its end ("/socket.io/" for "" and
// "/"), EIO and transport, and then `query`, whatever the user adds to it.
[[nodiscard]] std::string websocket_target(std::string_view path, std::string_view query);

}  // namespace wsb::engineio
