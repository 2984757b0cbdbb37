#pragma once

// A Socket.IO client in one namespace, as a Connection over a WebSocket connection: open once the
// namespace is joined, kept alive by the server's heartbeats, ended with the reason in words.
// Events are told one by one to SocketioEvents; without such, for who reads too many of them, they
// are handed on as messages, in the text that they came in. Owned by who connects, on its loop's
// thread; outlives its connection, which ends with on_close, and is not destroyed inside a call.
// Source: the Engine.IO protocol, revision 4, and the Socket.IO protocol, revision 5.

#include <optional>
#include <string>

#include "core/net/runtime.h"
#include "core/proto/engineio/client_session.h"
#include "core/proto/socketio/client_connection.h"

namespace wsb::session {

struct SocketioOptions {
  std::string nsp = "/";
  Bytes auth;                       // a JSON object, or empty
  std::string event = "broadcast";  // that send() emits
};

// Views are valid during the call.
class SocketioEvents {
 public:
  virtual ~SocketioEvents() = default;
  // Before on_open: `sid` is the id that the server gave us in the namespace.
  virtual void on_joined(std::string_view sid) = 0;
  virtual void on_event(const socketio::IncomingEvent& event) = 0;
  virtual void on_ack(const socketio::IncomingAck& ack) = 0;
  // Every packet of Engine.IO, heartbeats too, as it goes over the WebSocket.
  virtual void on_packet(bool sent, bool binary, BytesView data) = 0;
};

class SocketioConnection final : public net::Connection,
                                 private net::ConnectionHandler,
                                 private engineio::ClientSessionSink,
                                 private socketio::ClientConnectionSink {
 public:
  // All outlive it. `events` may be null; then `handler` gets on_message().
  SocketioConnection(const SocketioOptions& options, net::Loop& loop,
                     net::ConnectionHandler& handler, SocketioEvents* events);
  ~SocketioConnection() override;

  // Once. The target of the URL is that of Engine.IO: see engineio::websocket_target(). The
  // connect timeout goes as far as the server's answer for the namespace.
  void connect(net::Runtime& runtime, const net::ConnectConfig& config);

  // Without effect, and SendStatus::closed, before on_open and after close().
  net::SendStatus emit(const socketio::OutgoingEvent& event);
  // on_ack() tells the answer. Only while may_ask(): else the server owes too many.
  net::SendStatus emit_with_ack(const socketio::OutgoingEvent& event);
  [[nodiscard]] bool may_ask() const;
  net::SendStatus acknowledge(std::uint64_t id, std::span<const BytesView> args,
                              std::span<const BytesView> attachments = {});

  // net::Connection
  [[nodiscard]] net::ConnectionId id() const override { return below_->id(); }
  [[nodiscard]] const net::ConnectionInfo& info() const override { return below_->info(); }
  [[nodiscard]] net::ConnectionStats stats() const override { return below_->stats(); }
  // Servers only: a programmer error here.
  net::SendStatus send(const net::BatchRef& batch, std::size_t first, std::size_t last) override;
  // Emits the event of the options with the payload as its argument.
  net::SendStatus send(ws::Opcode opcode, BytesView payload, bool compress) override;
  void ping(BytesView payload) override { below_->ping(payload); }
  // Leaves the namespace, then closes the WebSocket.
  void close(std::uint16_t code, std::string_view reason) override;
  void abort() override;
  void pause_reading() override;
  void resume_reading() override;

 private:
  // net::ConnectionHandler, of the WebSocket
  net::HandshakeDecision on_handshake(const net::HandshakeRequest&) override { return {}; }
  void on_open(net::Connection& connection) override;
  void on_message(net::Connection& connection, const ws::Message& message) override;
  void on_pong(net::Connection& connection, BytesView payload) override;
  void on_drained(net::Connection& connection) override;
  void on_close(net::Connection& connection, const net::CloseInfo& close) override;
  // engineio::ClientSessionSink
  void on_open(const engineio::OpenPacket& open) override;
  void send_text(BytesView text) override;
  void send_binary(BytesView data) override;
  void deliver(bool binary, BytesView data) override;
  void session_closed(engineio::CloseReason reason, std::string_view why) override;
  // socketio::ClientConnectionSink
  void send(BytesView text, std::span<const BytesView> attachments) override;
  void on_connect(std::string_view sid, std::string_view pid) override;
  void on_connect_error(std::string_view message, BytesView data) override;
  void on_event(const socketio::IncomingEvent& event) override;
  void on_ack(const socketio::IncomingAck& ack) override;
  void on_disconnect() override;
  void on_error(const Error& error) override;

  [[nodiscard]] bool is_ready() const { return joined_ && !leaving_; }
  void transmit(ws::Opcode opcode, BytesView data);
  void end(net::CloseInfo close, std::uint16_t code);
  void fail(Error error);
  void wake();
  void wake_at(TimePoint when);
  void on_timer();

  const SocketioOptions& options_;
  net::Loop& loop_;
  net::ConnectionHandler& handler_;
  SocketioEvents* const events_;
  net::Connection* below_ = nullptr;
  std::optional<engineio::ClientSession> engine_;  // once the WebSocket is open
  socketio::ClientConnection machine_;
  Duration connect_timeout_{};
  std::optional<TimePoint> join_due_;
  std::optional<net::CloseInfo> end_;  // how it ended before the WebSocket did
  bool joined_ = false;
  bool leaving_ = false;  // close() or abort() was called
  bool paused_ = false;
  std::optional<TimePoint> grace_until_;  // after a pause
  net::TimerId timer_{};
  net::SendStatus status_ = net::SendStatus::closed;  // the worst of the message being sent
  Bytes scratch_;
};

}  // namespace wsb::session
