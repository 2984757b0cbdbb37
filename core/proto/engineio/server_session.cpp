#include "core/proto/engineio/server_session.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/base/check.h"
#include "core/proto/engineio/open_packet.h"
#include "core/proto/engineio/payload.h"

namespace wsb::engineio {
namespace {

constexpr std::string_view kProbe = "probe";

}  // namespace

ServerSession::ServerSession(const ServerSessionOptions& options, Transport transport,
                             ServerSessionSink* sink)
    : options_(options), sink_(sink), transport_(transport) {}

void ServerSession::open(std::string_view sid, TimePoint now) {
  WSB_CHECK(state_ == State::opening);
  state_ = State::open;
  heartbeat_due_ = now + options_.ping_interval;
  poll_open_ = transport_ == Transport::polling;
  const bool upgrades = options_.upgrades && transport_ == Transport::polling;
  Bytes json;
  append_open(json, {std::string(sid), upgrades, options_.ping_interval, options_.ping_timeout,
                     options_.max_payload});
  send({PacketType::open, false, json});
}

bool ServerSession::poll_opened() {
  if (state_ == State::closed || transport_ == Transport::websocket) return false;
  if (poll_open_) {
    abort(CloseReason::transport_error);
    return false;
  }
  poll_open_ = true;
  if (!queue_.empty()) {
    flush();
  } else if (probe_ == Probe::ready) {
    // The client waits for its polls to end before it says `upgrade`.
    answer_poll_with(PacketType::noop);
  }
  return true;
}

void ServerSession::poll_aborted() {
  if (!poll_open_) return;
  poll_open_ = false;
  abort(CloseReason::transport_error);
}

bool ServerSession::post_opened() {
  if (state_ == State::closed || transport_ == Transport::websocket) return false;
  if (post_open_) {
    abort(CloseReason::transport_error);
    return false;
  }
  post_open_ = true;
  return true;
}

bool ServerSession::post_received(BytesView body, TimePoint now) {
  if (state_ == State::closed || !post_open_) return false;
  post_open_ = false;
  const Result<std::vector<Packet>> packets = decode_payload(body, options_.max_packets);
  if (!packets) {
    abort(CloseReason::parse_error);
    return false;
  }
  for (const Packet& packet : *packets) {
    if (!packet_received(view_of(packet), now)) return packet.type == PacketType::close;
    if (state_ == State::closed) break;  // our application closed it: that is no fault of the POST
  }
  flush();
  return true;
}

void ServerSession::post_failed(PostFailure failure) {
  post_open_ = false;
  if (failure != PostFailure::too_large) abort(CloseReason::transport_error);
}

bool ServerSession::probe_opened(TimePoint now) {
  const bool wanted = state_ == State::open && options_.upgrades && !has_websocket();
  if (!wanted) return false;
  probe_ = Probe::opened;
  upgrade_due_ = now + options_.upgrade_timeout;
  return true;
}

void ServerSession::frame_received(bool binary, BytesView payload, TimePoint now) {
  if (state_ == State::closed || !has_websocket()) return;
  if (transport_ == Transport::polling) {
    probe_frame(binary, payload);
  } else if (binary) {
    packet_received({PacketType::message, true, payload}, now);
  } else if (const std::optional<PacketView> packet = decode_text(payload)) {
    packet_received(*packet, now);
  } else {
    abort(CloseReason::parse_error);
  }
}

void ServerSession::probe_frame(bool binary, BytesView payload) {
  const std::optional<PacketView> packet = binary ? std::nullopt : decode_text(payload);
  if (packet && packet->type == PacketType::ping && packet->data == kProbe) {
    probe_ = Probe::ready;
    send_frame({PacketType::pong, false, kProbe});
    flush();
    if (poll_open_) answer_poll_with(PacketType::noop);
  } else if (packet && packet->type == PacketType::upgrade && probe_ == Probe::ready) {
    switch_to_websocket();
  } else {
    close_probe();
  }
}

void ServerSession::close_probe() {
  probe_ = Probe::none;
  sink_->close_websocket(CloseReason::transport_error);
}

void ServerSession::switch_to_websocket() {
  // Polls since the answer to the probe were answered at once, and the client has read the answers
  // before it says `upgrade`: nothing is on its way that the WebSocket could overtake.
  WSB_CHECK(!poll_open_);
  transport_ = Transport::websocket;
  probe_ = Probe::none;
  flush_to_websocket();
  if (state_ == State::open) sink_->upgraded();
  if (state_ == State::closing) finish(closing_reason_);
}

void ServerSession::flush_to_websocket() {
  if (queue_.empty()) return;
  const Bytes payload = std::exchange(queue_, {});
  const Result<std::vector<Packet>> packets = decode_payload(payload, payload.size());
  if (!packets) {  // a text that a payload cannot carry was queued
    abort(CloseReason::parse_error);
    return;
  }
  for (const Packet& packet : *packets) {
    if (state_ == State::closed) return;
    // A Close frame says it better.
    if (packet.type != PacketType::close) send_frame(view_of(packet));
  }
}

void ServerSession::websocket_closed() {
  if (state_ == State::closed) return;
  probe_ = Probe::none;
  if (transport_ == Transport::polling) return;
  state_ = State::closed;
  sink_->session_closed(CloseReason::transport_close);
}

bool ServerSession::packet_received(const PacketView& packet, TimePoint now) {
  switch (packet.type) {
    case PacketType::message:
      if (state_ == State::open) sink_->deliver(packet.binary, packet.data);
      return true;
    case PacketType::pong:
      if (!awaiting_pong_) return true;
      awaiting_pong_ = false;
      heartbeat_due_ = now + options_.ping_interval;
      return true;
    case PacketType::close: closed_by_peer(); return false;
    case PacketType::ping: abort(CloseReason::transport_error); return false;
    // They mean nothing from a client; the reference implementation ignores them too.
    case PacketType::open:
    case PacketType::upgrade:
    case PacketType::noop: return true;
  }
  return true;
}

bool ServerSession::has_room_for(std::span<const PacketView> packets) const {
  if (queue_.empty() && poll_open_) return true;  // it is answered as soon as it is flushed
  std::size_t size = queue_.size();
  for (const PacketView& packet : packets) size += payload_growth(packet);
  return size <= options_.max_queue_bytes;
}

SendOutcome ServerSession::enqueue(std::span<const PacketView> packets) {
  if (state_ != State::open) return SendOutcome::closed;
  if (transport_ == Transport::websocket) {
    for (const PacketView& packet : packets) send_frame(packet);
    return SendOutcome::sent;
  }
  if (!has_room_for(packets)) return SendOutcome::queue_full;
  for (const PacketView& packet : packets) append_to_payload(queue_, packet);
  return SendOutcome::queued;
}

void ServerSession::flush() {
  if (!poll_open_ || queue_.empty()) return;
  poll_open_ = false;
  sink_->answer_poll(std::exchange(queue_, {}));
  if (state_ == State::closing) finish(closing_reason_);
}

SendOutcome ServerSession::send(const PacketView& packet) {
  const SendOutcome outcome = enqueue({&packet, 1});
  flush();
  return outcome;
}

void ServerSession::send_frame(const PacketView& packet) {
  if (packet.binary) {
    sink_->send_binary(packet.data);
    return;
  }
  scratch_.clear();
  append_text(scratch_, packet);
  sink_->send_text(scratch_);
}

void ServerSession::answer_poll_with(PacketType type) {
  poll_open_ = false;
  sink_->answer_poll(Bytes(1, digit_of(type)));
}

void ServerSession::close(CloseReason reason, TimePoint now) {
  if (state_ != State::open) return;
  if (transport_ == Transport::websocket) {
    finish(reason);
    return;
  }
  // A client that has heard the answer to its probe polls no more: what is queued waits for its
  // packet `upgrade` as well as for a poll.
  if (probe_ == Probe::opened) close_probe();
  append_to_payload(queue_, {PacketType::close, false, {}});
  closing_reason_ = reason;
  closing_due_ = now + options_.closing_timeout;
  state_ = State::closing;
  flush();
}

void ServerSession::abort(CloseReason reason) {
  if (state_ == State::closed) return;
  if (poll_open_) answer_poll_with(PacketType::close);
  finish(reason);
}

void ServerSession::closed_by_peer() {
  if (poll_open_) answer_poll_with(PacketType::noop);
  finish(CloseReason::transport_close);
}

void ServerSession::finish(CloseReason reason) {
  if (state_ == State::closed) return;
  state_ = State::closed;
  queue_ = {};
  if (has_websocket()) sink_->close_websocket(reason);
  sink_->session_closed(reason);
}

void ServerSession::excuse_pong(TimePoint now) {
  if (!awaiting_pong_) return;
  awaiting_pong_ = false;
  heartbeat_due_ = now;
}

void ServerSession::tick(TimePoint now) {
  if (probe_ != Probe::none && state_ != State::closed && now >= upgrade_due_) close_probe();
  if (state_ == State::closing && now >= closing_due_) finish(closing_reason_);
  if (state_ != State::open || now < heartbeat_due_) return;
  if (awaiting_pong_) {
    abort(CloseReason::ping_timeout);
    return;
  }
  awaiting_pong_ = true;
  heartbeat_due_ = now + options_.ping_timeout;
  if (transport_ == Transport::websocket) {
    send_frame({PacketType::ping, false, {}});
  } else {
    append_to_payload(queue_, {PacketType::ping, false, {}});  // past the limit: it is two bytes
    flush();
  }
}

std::optional<TimePoint> ServerSession::next_deadline() const {
  std::optional<TimePoint> next;
  const auto consider = [&next](TimePoint due) { next = next ? std::min(*next, due) : due; };
  if (state_ == State::open) consider(heartbeat_due_);
  if (state_ == State::closing) consider(closing_due_);
  if (probe_ != Probe::none && state_ != State::closed) consider(upgrade_due_);
  return next;
}

}  // namespace wsb::engineio
