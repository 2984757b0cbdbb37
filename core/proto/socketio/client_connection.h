#pragma once

// A Socket.IO client in one namespace over one Engine.IO session: it connects with auth, emits,
// receives, acknowledges. It is told what was received and calls its sink, which must not destroy
// it during a call. Owned by one thread.
// Source: the Socket.IO protocol, revision 5; socket.io-client 4.8, Socket.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/limits.h"
#include "core/base/result.h"
#include "core/proto/socketio/decoder.h"
#include "core/proto/socketio/server_connection.h"

namespace wsb::socketio {

class ClientConnectionSink {
 public:
  virtual ~ClientConnectionSink() = default;
  // One Engine.IO message and the attachments that follow it, in one piece. Not to be answered
  // with a call of the connection.
  virtual void send(BytesView text, std::span<const BytesView> attachments) = 0;
  // The server accepted; `sid` is the id of this socket, `pid` the secret for recovery, or empty.
  virtual void on_connect(std::string_view sid, std::string_view pid) = 0;
  // The server refused; `data` is JSON, or empty. connect() may be tried again.
  virtual void on_connect_error(std::string_view message, BytesView data) = 0;
  virtual void on_event(const IncomingEvent& event) = 0;
  virtual void on_ack(const IncomingAck& ack) = 0;
  // The server put us out of the namespace. The end of the session is not told here.
  virtual void on_disconnect() = 0;
  // The server broke the protocol (ErrorCode protocol, too_large): the session is to be closed.
  virtual void on_error(const Error& error) = 0;
};

struct ClientConnectionOptions {
  std::string nsp = "/";
  DecoderLimits limits{};
  std::size_t max_pending_acks = limits::kPendingAcks;
};

class ClientConnection {
 public:
  // `sink` outlives it.
  ClientConnection(ClientConnectionOptions options, ClientConnectionSink* sink);

  // `auth` is a JSON object, or empty.
  void connect(BytesView auth);
  void message_received(bool binary, BytesView data);

  // False: not connected (yet, or any more); nothing was sent.
  bool emit(const OutgoingEvent& event);
  // The id that on_ack() will tell; nullopt: nothing was sent, for that reason or because the
  // server owes too many acks.
  std::optional<std::uint64_t> emit_with_ack(const OutgoingEvent& event);
  bool acknowledge(std::uint64_t id, std::span<const BytesView> args,
                   std::span<const BytesView> attachments = {});
  // Leaves the namespace.
  void disconnect();

  [[nodiscard]] bool is_connected() const { return state_ == State::connected; }
  [[nodiscard]] std::size_t pending_acks() const { return pending_acks_.size(); }

 private:
  enum class State { idle, connecting, connected, failed };

  void packet_received(const ReceivedPacket& received);
  void connect_received(BytesView json);
  void refused(BytesView json);
  void ack_received(const ReceivedPacket& received);
  void send_event(std::optional<std::uint64_t> id, const OutgoingEvent& event);
  void fail(const Error& error);

  ClientConnectionOptions options_;
  ClientConnectionSink* sink_;
  Decoder decoder_;
  State state_ = State::idle;
  std::uint64_t next_ack_id_ = 0;
  std::vector<std::uint64_t> pending_acks_;
  Bytes scratch_;
};

}  // namespace wsb::socketio
