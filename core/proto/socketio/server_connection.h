#pragma once

// What one Socket.IO client says and hears over one Engine.IO session, as its server sees it: the
// namespaces that it joins, events and acks both ways, its end. It is told what was received and
// the time, and calls its sink, which must not destroy it during a call: a protocol error is noted
// and the session closed afterwards. Nothing is received after an error. What other code sends to
// the same client by itself, a broadcast, is none of its affair. Owned by one thread.
// Source: the Socket.IO protocol, revision 5; socket.io 4.8, Client and Socket.

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
#include "core/base/time.h"
#include "core/proto/socketio/decoder.h"

namespace wsb::socketio {

// Borrowed for one call. Arguments are JSON.
struct IncomingEvent {
  std::string_view nsp;
  std::string_view name;
  std::span<const BytesView> args;
  std::span<const BytesView> attachments;
  std::optional<std::uint64_t> ack_id;  // the client wants an ack
};

struct IncomingAck {
  std::string_view nsp;
  std::uint64_t id = 0;
  std::span<const BytesView> args;
  std::span<const BytesView> attachments;
};

struct OutgoingEvent {
  std::string_view name;
  std::span<const BytesView> args;  // their placeholders count from 0
  std::span<const BytesView> attachments{};
};

// Reasons that `on_disconnect` gives besides those of Engine.IO.
inline constexpr std::string_view kClientDisconnect = "client namespace disconnect";
inline constexpr std::string_view kServerDisconnect = "server namespace disconnect";

class ServerConnectionSink {
 public:
  virtual ~ServerConnectionSink() = default;
  // One Engine.IO message and the attachments that follow it, in one piece. Not to be answered
  // with a call of the connection.
  virtual void send(BytesView text, std::span<const BytesView> attachments) = 0;
  // The client wants to join; answer with accept() or refuse(), now or later. `auth` is a JSON
  // object, or empty.
  virtual void on_connect(std::string_view nsp, BytesView auth) = 0;
  // It was refused for limits::kNamespacesPerClient.
  virtual void on_namespace_limit(std::string_view nsp) = 0;
  virtual void on_event(const IncomingEvent& event) = 0;
  virtual void on_ack(const IncomingAck& ack) = 0;
  // Once for each namespace that was accepted, whoever ended it.
  virtual void on_disconnect(std::string_view nsp, std::string_view reason) = 0;
  // The session is to be closed: the client broke the protocol (ErrorCode protocol, too_large), or
  // joined nothing in time (timeout).
  virtual void on_error(const Error& error) = 0;
};

struct ServerConnectionOptions {
  DecoderLimits limits{};
  Duration connect_timeout = 45s;
  std::size_t max_namespaces = limits::kNamespacesPerClient;  // joined or asked for
  std::size_t max_pending_acks = limits::kPendingAcks;        // of one namespace
};

class ServerConnection {
 public:
  // `sink` outlives it.
  ServerConnection(const ServerConnectionOptions& options, ServerConnectionSink* sink,
                   TimePoint now);

  // An Engine.IO message.
  void message_received(bool binary, BytesView data);

  // `pid`, where connection state recovery is on. Without effect when the client does not wait for
  // an answer (any more).
  void accept(std::string_view nsp, std::string_view sid, std::string_view pid = {});
  // `data` is JSON, or empty.
  void refuse(std::string_view nsp, std::string_view message, BytesView data = {});

  // False: the client is not in that namespace, nothing was sent.
  bool emit(std::string_view nsp, const OutgoingEvent& event);
  // The id that on_ack() will tell; nullopt: nothing was sent, for that reason or because the
  // client owes too many acks.
  std::optional<std::uint64_t> emit_with_ack(std::string_view nsp, const OutgoingEvent& event);
  // Its ack is not waited for any more, and ignored when it comes.
  void forget_ack(std::string_view nsp, std::uint64_t id);
  bool acknowledge(std::string_view nsp, std::uint64_t id, std::span<const BytesView> args,
                   std::span<const BytesView> attachments = {});
  // The client will not reconnect by itself.
  void disconnect(std::string_view nsp);
  // The session ended; says on_disconnect() for each namespace. Nothing is sent any more.
  void session_closed(std::string_view reason);

  void tick(TimePoint now);
  // When to call tick() next; nullopt: never.
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  [[nodiscard]] bool is_joined(std::string_view nsp) const;

 private:
  struct Joined {
    std::string nsp;
    bool accepted = false;
    std::uint64_t next_ack_id = 0;
    std::vector<std::uint64_t> pending_acks{};
  };

  [[nodiscard]] Joined* find(std::string_view nsp);
  [[nodiscard]] const Joined* find_accepted(std::string_view nsp) const;
  void packet_received(const ReceivedPacket& received);
  void connect_received(const PacketView& packet);
  void leave(std::string_view nsp, std::string_view reason);
  void ack_received(const ReceivedPacket& received, Joined& joined);
  void send_error(std::string_view nsp, std::string_view message, BytesView data);
  void send_event(std::string_view nsp, std::optional<std::uint64_t> id,
                  const OutgoingEvent& event);
  void fail(const Error& error);

  ServerConnectionOptions options_;
  ServerConnectionSink* sink_;
  Decoder decoder_;
  std::vector<Joined> joined_;
  std::optional<TimePoint> connect_due_;  // until the first namespace is accepted
  bool ended_ = false;
  Bytes scratch_;
};

}  // namespace wsb::socketio
