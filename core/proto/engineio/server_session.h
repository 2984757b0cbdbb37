#pragma once

// One Engine.IO session as its server sees it: opened by polling or over a WebSocket, kept alive by
// pings, moved from polling to a WebSocket without losing or reordering a packet, closed by either
// side. It is told what happens and the time, and calls its sink. Requests have passed
// judge_request() before they come here.
//
// A session has at most one WebSocket: the one it was opened over, or the probe of an upgrade,
// which becomes the transport. Packets that wait for a poll are kept the way a payload carries
// them. Owned by one thread. A sink must not destroy the session during a call: it notes
// session_closed(), and acts later; nothing is called after that.
// Source: the Engine.IO protocol, revision 4.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/limits.h"
#include "core/base/time.h"
#include "core/proto/engineio/close_reason.h"
#include "core/proto/engineio/packet.h"
#include "core/proto/engineio/request_rules.h"

namespace wsb::engineio {

struct ServerSessionOptions {
  Duration ping_interval = 25s;
  Duration ping_timeout = 20s;
  // From the probe to the packet `upgrade`; then the probe is closed and polling goes on.
  Duration upgrade_timeout = 10s;
  // How long a session that we closed waits for the poll that takes what it still has to say.
  Duration closing_timeout = 30s;
  bool upgrades = true;                   // offered in the open packet and accepted
  std::uint64_t max_payload = 1'000'000;  // said in the open packet; the owner enforces it
  std::size_t max_packets = limits::kPollingPackets;    // of one POST
  std::size_t max_queue_bytes = std::size_t{1} << 20U;  // waiting for a poll
};

class ServerSessionSink {
 public:
  virtual ~ServerSessionSink() = default;
  // Status 200 for the poll that is open.
  virtual void answer_poll(Bytes payload) = 0;
  // Over the WebSocket, be it a probe or the transport.
  virtual void send_text(BytesView text) = 0;
  virtual void send_binary(BytesView data) = 0;
  // The WebSocket is of no more use to the session: nothing that it says is to be told.
  virtual void close_websocket(CloseReason reason) = 0;
  // The WebSocket is the transport from here on. What had been queued was sent before.
  virtual void upgraded() = 0;
  virtual void deliver(bool binary, BytesView data) = 0;
  // Once, last. An open POST is answered by the owner like one for an unknown session.
  virtual void session_closed(CloseReason reason) = 0;
};

enum class SendOutcome {
  sent,        // over the WebSocket
  queued,      // for the next poll, or the open one after flush()
  queue_full,  // nothing of it was taken
  closed,      // the session is closed or closing
};

enum class PostFailure {
  too_large,  // 413: the session lives on
  aborted,    // its connection ended before its body
  unusable,   // its body cannot be meant for us: see RequestError::closes_session
};

class ServerSession {
 public:
  // `sink` outlives it.
  ServerSession(const ServerSessionOptions& options, Transport transport, ServerSessionSink* sink);

  // Says the open packet: as the answer to the request that opened the session, or over its
  // WebSocket. Once, first.
  void open(std::string_view sid, TimePoint now);

  // False: answer this request with bad_request(). The session has ended with it, unless its
  // transport is a WebSocket by now. True: answer_poll() has been called or will be.
  [[nodiscard]] bool poll_opened();
  // The connection of the open poll ended.
  void poll_aborted();
  // The head of a POST came. False: answer it with bad_request().
  [[nodiscard]] bool post_opened();
  // Its body. True: answer "ok". False: bad_request(); the session has ended.
  [[nodiscard]] bool post_received(BytesView body, TimePoint now);
  void post_failed(PostFailure failure);

  // A WebSocket with the sid of this session was opened. False: the session wants no upgrade, or
  // has one; close this WebSocket and tell nothing of it.
  [[nodiscard]] bool probe_opened(TimePoint now);
  void frame_received(bool binary, BytesView payload, TimePoint now);
  void websocket_closed();

  // All packets or none, in one piece: a Socket.IO packet and its attachments. For polling they
  // wait for flush(), so that what is said in one turn goes into one answer.
  SendOutcome enqueue(std::span<const PacketView> packets);
  // Answers the open poll when something waits.
  void flush();
  // enqueue and flush.
  SendOutcome send(const PacketView& packet);

  // Closes when all that was queued is on its way, at the latest after closing_timeout. Nothing is
  // delivered any more.
  void close(CloseReason reason, TimePoint now);
  // Closes at once and drops what was queued.
  void abort(CloseReason reason);

  // The client cannot answer a ping, since its POST was made to wait: it is asked anew.
  void excuse_pong(TimePoint now);
  void tick(TimePoint now);
  // When to call tick() next; nullopt: never.
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;

  [[nodiscard]] Transport transport() const { return transport_; }
  [[nodiscard]] bool is_open() const { return state_ == State::open; }
  [[nodiscard]] bool is_closed() const { return state_ == State::closed; }
  [[nodiscard]] bool has_open_poll() const { return poll_open_; }
  [[nodiscard]] std::size_t queued_bytes() const { return queue_.size(); }

 private:
  enum class State { opening, open, closing, closed };
  enum class Probe { none, opened, ready };  // ready: its ping was answered

  void answer_poll_with(PacketType type);
  void probe_frame(bool binary, BytesView payload);
  void close_probe();
  void switch_to_websocket();
  void flush_to_websocket();
  void send_frame(const PacketView& packet);
  // False when the session has ended with it.
  bool packet_received(const PacketView& packet, TimePoint now);
  void closed_by_peer();
  void finish(CloseReason reason);
  [[nodiscard]] bool has_websocket() const {
    return transport_ == Transport::websocket || probe_ != Probe::none;
  }
  [[nodiscard]] bool has_room_for(std::span<const PacketView> packets) const;

  ServerSessionOptions options_;
  ServerSessionSink* sink_;
  Transport transport_;
  State state_ = State::opening;
  Probe probe_ = Probe::none;
  bool poll_open_ = false;
  bool post_open_ = false;
  bool awaiting_pong_ = false;
  CloseReason closing_reason_ = CloseReason::forced_close;
  TimePoint heartbeat_due_{};  // the next ping, or the end of the wait for a pong
  TimePoint upgrade_due_{};    // with a probe
  TimePoint closing_due_{};    // in the state closing
  Bytes queue_;                // a payload
  Bytes scratch_;              // the text of a frame
};

}  // namespace wsb::engineio
