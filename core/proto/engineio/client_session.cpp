#include "core/proto/engineio/client_session.h"

#include <utility>

#include "core/base/result.h"
#include "core/base/units.h"

namespace wsb::engineio {

ClientSession::ClientSession(Duration open_timeout, ClientSessionSink* sink, TimePoint now)
    : sink_(sink), patience_(open_timeout), silence_due_(now + open_timeout) {}

void ClientSession::frame_received(bool binary, BytesView payload, TimePoint now) {
  if (state_ == State::closed) return;
  if (binary) {
    if (state_ == State::opening) {
      finish(CloseReason::parse_error, "a binary message came before the open packet");
    } else {
      sink_->deliver(true, payload);
    }
    return;
  }
  const std::optional<PacketView> packet = decode_text(payload);
  if (!packet) {
    finish(CloseReason::parse_error, "a message that is no Engine.IO packet came");
  } else if (state_ == State::opening) {
    if (packet->type == PacketType::open) {
      open_received(packet->data, now);
    } else {
      finish(CloseReason::parse_error, "a packet came before the open packet");
    }
  } else {
    packet_received(*packet, now);
  }
}

void ClientSession::open_received(BytesView json, TimePoint now) {
  const Result<OpenPacket> open = parse_open(json);
  if (!open) {
    finish(CloseReason::parse_error, open.error().message);
    return;
  }
  state_ = State::open;
  patience_ = open->ping_interval + open->ping_timeout;
  expect_ping(now);
  sink_->on_open(*open);
}

void ClientSession::packet_received(const PacketView& packet, TimePoint now) {
  switch (packet.type) {
    case PacketType::ping:
      expect_ping(now);
      send_packet({PacketType::pong, false, packet.data});
      return;
    case PacketType::message: sink_->deliver(false, packet.data); return;
    case PacketType::close: finish(CloseReason::transport_close, {}); return;
    case PacketType::noop: return;
    case PacketType::open:
    case PacketType::pong:
    case PacketType::upgrade:
      finish(CloseReason::parse_error, "a packet came that a server does not send");
      return;
  }
}

void ClientSession::websocket_closed() { finish(CloseReason::transport_close, {}); }

bool ClientSession::send_message(bool binary, BytesView data) {
  if (state_ != State::open) return false;
  send_packet({PacketType::message, binary, data});
  return true;
}

void ClientSession::send_packet(const PacketView& packet) {
  if (packet.binary) {
    sink_->send_binary(packet.data);
    return;
  }
  scratch_.clear();
  append_text(scratch_, packet);
  sink_->send_text(scratch_);
}

void ClientSession::close() {
  if (state_ == State::closed) return;
  if (state_ == State::open) send_packet({PacketType::close, false, {}});
  finish(CloseReason::forced_close, {});
}

void ClientSession::tick(TimePoint now) {
  if (state_ == State::closed || now < silence_due_) return;
  const std::string what = state_ == State::opening ? "no open packet" : "no ping";
  finish(CloseReason::ping_timeout, what + " within " + format_duration(patience_));
}

std::optional<TimePoint> ClientSession::next_deadline() const {
  if (state_ == State::closed) return std::nullopt;
  return silence_due_;
}

void ClientSession::finish(CloseReason reason, std::string_view why) {
  if (std::exchange(state_, State::closed) == State::closed) return;
  sink_->session_closed(reason, why);
}

std::string websocket_target(std::string_view path, std::string_view query) {
  std::string target(path.empty() || path == "/" ? "/socket.io/" : path);
  if (target.back() != '/') target += '/';
  target += "?EIO=4&transport=websocket";
  if (!query.empty()) target += "&" + std::string(query);
  return target;
}

}  // namespace wsb::engineio
