#include "core/session/socketio_connection.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/base/json_text.h"
#include "core/base/text.h"
#include "core/base/units.h"
#include "core/proto/socketio/placeholder.h"
#include "core/proto/ws/close_code.h"

namespace wsb::session {
namespace {

// The server's pings lie in the socket while reading is paused; they are read soon after.
constexpr Duration kPauseGrace = std::chrono::seconds(5);
constexpr std::uint16_t kNormalClosure = 1000;
constexpr std::string_view kIoServerDisconnect = "io server disconnect";
constexpr std::string_view kSessionClosed = "the server closed the Engine.IO session";

socketio::ClientConnectionOptions machine_options(const SocketioOptions& options) {
  return {.nsp = options.nsp};
}

net::CloseInfo closed_by_peer(std::string_view reason) {
  net::CloseInfo close;
  close.by = net::CloseInfo::By::peer;
  close.code = kNormalClosure;
  close.reason = reason;
  close.clean = true;
  return close;
}

// What an application has to say of an event; packets of other types are for the machines.
bool is_event(const ws::Message& message) {
  if (message.opcode == ws::Opcode::binary) return true;
  const BytesView text = message.payload;
  return text.size() > 2 && text[0] == '4' && (text[1] == '2' || text[1] == '5');
}

}  // namespace

SocketioConnection::SocketioConnection(const SocketioOptions& options, net::Loop& loop,
                                       net::ConnectionHandler& handler, SocketioEvents* events)
    : options_(options),
      loop_(loop),
      handler_(handler),
      events_(events),
      machine_(machine_options(options), this) {}

SocketioConnection::~SocketioConnection() {
  if (timer_.value != 0) loop_.cancel(timer_);  // else its loop may have gone before it
}

void SocketioConnection::connect(net::Runtime& runtime, const net::ConnectConfig& config) {
  WSB_CHECK(below_ == nullptr);
  connect_timeout_ = config.connect_timeout;
  join_due_ = loop_.now() + connect_timeout_;
  below_ = &runtime.connect(loop_, config, *this);
}

// ---- from the user

net::SendStatus SocketioConnection::emit(const socketio::OutgoingEvent& event) {
  status_ = net::SendStatus::sent;
  return is_ready() && machine_.emit(event) ? status_ : net::SendStatus::closed;
}

net::SendStatus SocketioConnection::emit_with_ack(const socketio::OutgoingEvent& event) {
  status_ = net::SendStatus::sent;
  return is_ready() && machine_.emit_with_ack(event) ? status_ : net::SendStatus::closed;
}

bool SocketioConnection::may_ask() const { return machine_.pending_acks() < limits::kPendingAcks; }

net::SendStatus SocketioConnection::acknowledge(std::uint64_t id, std::span<const BytesView> args,
                                                std::span<const BytesView> attachments) {
  status_ = net::SendStatus::sent;
  const bool sent = is_ready() && machine_.acknowledge(id, args, attachments);
  return sent ? status_ : net::SendStatus::closed;
}

net::SendStatus SocketioConnection::send(const net::BatchRef&, std::size_t, std::size_t) {
  constexpr bool kIsServer = false;
  WSB_CHECK(kIsServer);
  return net::SendStatus::closed;
}

net::SendStatus SocketioConnection::send(ws::Opcode opcode, BytesView payload, bool) {
  scratch_.clear();
  const bool binary = opcode == ws::Opcode::binary;
  if (binary) {
    socketio::append_placeholder(scratch_, 0);
  } else {
    append_json_string(scratch_, payload);
  }
  const BytesView argument = scratch_;
  return emit({options_.event, {&argument, 1}, {&payload, binary ? std::size_t{1} : 0}});
}

// The packet is written past the machine: what the server sends until it has read it still counts.
void SocketioConnection::close(std::uint16_t code, std::string_view reason) {
  if (std::exchange(leaving_, true)) return;
  if (joined_ && !end_) {
    scratch_.clear();
    socketio::append_packet(scratch_,
                            {socketio::PacketType::disconnect, 0, options_.nsp, std::nullopt, {}});
    engine_->send_message(false, scratch_);
  }
  below_->close(code, reason);
}

void SocketioConnection::abort() {
  leaving_ = true;
  below_->abort();
}

void SocketioConnection::pause_reading() {
  paused_ = true;
  below_->pause_reading();
}

void SocketioConnection::resume_reading() {
  paused_ = false;
  grace_until_ = loop_.now() + kPauseGrace;
  below_->resume_reading();
}

// ---- from the WebSocket

void SocketioConnection::on_open(net::Connection& connection) {
  below_ = &connection;
  engineio::ClientSessionSink* const sink = this;
  engine_.emplace(connect_timeout_, sink, loop_.now());
  wake();
}

void SocketioConnection::on_message(net::Connection&, const ws::Message& message) {
  if (end_) return;
  if (events_ == nullptr && joined_ && is_event(message)) {
    handler_.on_message(*this, message);
    return;
  }
  const bool binary = message.opcode == ws::Opcode::binary;
  if (events_ != nullptr) events_->on_packet(false, binary, message.payload);
  engine_->frame_received(binary, message.payload, loop_.now());
}

void SocketioConnection::on_pong(net::Connection&, BytesView payload) {
  if (joined_) handler_.on_pong(*this, payload);
}

void SocketioConnection::on_drained(net::Connection&) {
  if (joined_) handler_.on_drained(*this);
}

void SocketioConnection::on_close(net::Connection&, const net::CloseInfo& close) {
  loop_.cancel(std::exchange(timer_, {}));
  net::CloseInfo told = end_.value_or(close);
  // An orderly close is no way to say that a namespace may be joined.
  if (engine_ && !joined_ && !leaving_ && !told.error) {
    told.phase = net::Phase::handshake;
    told.error = make_error(ErrorCode::handshake_refused,
                            "the server closed the connection with " + std::to_string(told.code) +
                                ", and namespace '" + printable(options_.nsp) + "' is not joined");
  }
  handler_.on_close(*this, told);
}

// ---- from the Engine.IO session

void SocketioConnection::on_open(const engineio::OpenPacket&) {
  wake();
  machine_.connect(options_.auth);
}

void SocketioConnection::send_text(BytesView text) { transmit(ws::Opcode::text, text); }

void SocketioConnection::send_binary(BytesView data) { transmit(ws::Opcode::binary, data); }

void SocketioConnection::transmit(ws::Opcode opcode, BytesView data) {
  if (events_ != nullptr) events_->on_packet(true, opcode == ws::Opcode::binary, data);
  const net::SendStatus status = below_->send(opcode, data);
  status_ = std::max(status_, status);
}

void SocketioConnection::deliver(bool binary, BytesView data) {
  machine_.message_received(binary, data);
}

void SocketioConnection::session_closed(engineio::CloseReason reason, std::string_view why) {
  switch (reason) {
    case engineio::CloseReason::ping_timeout:
      fail(make_error(ErrorCode::timeout, "the server is silent: " + std::string(why)));
      return;
    case engineio::CloseReason::transport_close:
      end(closed_by_peer(kSessionClosed), kNormalClosure);
      return;
    default: break;
  }
  fail(make_error(ErrorCode::protocol, "the server does not speak Engine.IO 4 as it should: " +
                                           std::string(why)));
}

// ---- from the machine of the namespace

void SocketioConnection::send(BytesView text, std::span<const BytesView> attachments) {
  engine_->send_message(false, text);
  for (const BytesView each : attachments) engine_->send_message(true, each);
}

void SocketioConnection::on_connect(std::string_view sid, std::string_view) {
  if (leaving_) return;
  joined_ = true;
  join_due_.reset();
  if (events_ != nullptr) events_->on_joined(sid);
  handler_.on_open(*this);
}

void SocketioConnection::on_connect_error(std::string_view message, BytesView data) {
  std::string why = "the server refused namespace '" + printable(options_.nsp) + "'";
  if (!message.empty()) why += ": " + printable(message);
  if (!data.empty()) why += " " + printable(data);
  net::CloseInfo close;
  close.by = net::CloseInfo::By::peer;
  close.phase = net::Phase::handshake;
  close.error = make_error(ErrorCode::handshake_refused, std::move(why));
  end(std::move(close), kNormalClosure);
}

void SocketioConnection::on_event(const socketio::IncomingEvent& event) {
  if (events_ != nullptr && joined_) events_->on_event(event);
}

void SocketioConnection::on_ack(const socketio::IncomingAck& ack) {
  if (events_ != nullptr && joined_) events_->on_ack(ack);
}

void SocketioConnection::on_disconnect() {
  end(closed_by_peer(kIoServerDisconnect), kNormalClosure);
}

void SocketioConnection::on_error(const Error& error) {
  fail(Error(error).with_context("the server broke the Socket.IO protocol"));
}

// ---- ends

// What is told as the end when the WebSocket has closed.
void SocketioConnection::end(net::CloseInfo close, std::uint16_t code) {
  if (end_) return;
  end_ = std::move(close);
  below_->close(code, "");
}

void SocketioConnection::fail(Error error) {
  if (end_) return;
  const bool silent = error.code == ErrorCode::timeout;
  net::CloseInfo close;
  close.by = net::CloseInfo::By::local;
  close.phase = joined_ ? net::Phase::open : net::Phase::handshake;
  close.error = std::move(error);
  end_ = std::move(close);
  if (silent) {
    below_->abort();  // who does not speak does not answer a Close either
  } else {
    below_->close(ws::to_number(ws::CloseCode::protocol_error), "");
  }
}

// ---- time

void SocketioConnection::wake() {
  const std::optional<TimePoint> silence = engine_->next_deadline();
  if (silence && join_due_) return wake_at(std::min(*silence, *join_due_));
  if (silence) wake_at(*silence);
}

void SocketioConnection::wake_at(TimePoint when) {
  loop_.cancel(timer_);
  timer_ = loop_.schedule(when, [this] { on_timer(); });
}

// Pings only move the deadline: it is looked at when the last known one has come.
void SocketioConnection::on_timer() {
  timer_ = {};
  const TimePoint now = loop_.now();
  if (end_) return;
  if (join_due_ && now >= *join_due_) {
    fail(make_error(ErrorCode::timeout, engine_->is_open()
                                            ? "no answer for namespace '" +
                                                  printable(options_.nsp) + "' within " +
                                                  format_duration(connect_timeout_)
                                            : "no open packet of Engine.IO within " +
                                                  format_duration(connect_timeout_)));
    return;
  }
  if (paused_ || (grace_until_ && now < *grace_until_)) {
    wake_at(now + kPauseGrace);
    return;
  }
  engine_->tick(now);
  wake();
}

}  // namespace wsb::session
