#include "core/proto/socketio/server_connection.h"

#include <algorithm>
#include <utility>

#include "core/base/json_text.h"
#include "core/base/units.h"

namespace wsb::socketio {

ServerConnection::ServerConnection(const ServerConnectionOptions& options,
                                   ServerConnectionSink* sink, TimePoint now)
    : options_(options),
      sink_(sink),
      decoder_(options.limits),
      connect_due_(now + options.connect_timeout) {}

void ServerConnection::message_received(bool binary, BytesView data) {
  if (ended_) return;
  const Result<const ReceivedPacket*> received = decoder_.feed(binary, data);
  if (!received) {
    fail(received.error());
    return;
  }
  if (*received == nullptr) return;
  packet_received(**received);
  decoder_.release();
}

void ServerConnection::packet_received(const ReceivedPacket& received) {
  const PacketView& packet = received.packet;
  if (packet.type == PacketType::connect) {
    connect_received(packet);
    return;
  }
  Joined* joined = find(packet.nsp);
  if (joined == nullptr || !joined->accepted || packet.type == PacketType::connect_error) {
    fail(make_error(ErrorCode::protocol, "a packet for a namespace that was not joined"));
    return;
  }
  switch (packet.type) {
    case PacketType::disconnect: leave(packet.nsp, kClientDisconnect); return;
    case PacketType::event:
    case PacketType::binary_event:
      sink_->on_event({packet.nsp, received.event.name, received.event.args(), received.attachments,
                       packet.id});
      return;
    case PacketType::ack:
    case PacketType::binary_ack: ack_received(received, *joined); return;
    case PacketType::connect:
    case PacketType::connect_error: return;
  }
}

void ServerConnection::connect_received(const PacketView& packet) {
  if (find(packet.nsp) != nullptr) {
    fail(make_error(ErrorCode::protocol, "a namespace was joined twice"));
    return;
  }
  if (joined_.size() >= options_.max_namespaces) {
    send_error(packet.nsp, "Too many namespaces", {});
    sink_->on_namespace_limit(packet.nsp);
    return;
  }
  joined_.push_back({std::string(packet.nsp)});
  sink_->on_connect(packet.nsp, packet.json);
}

void ServerConnection::ack_received(const ReceivedPacket& received, Joined& joined) {
  std::vector<std::uint64_t>& pending = joined.pending_acks;
  const auto found = std::find(pending.begin(), pending.end(), *received.packet.id);
  if (found == pending.end()) return;  // given twice, or forgotten meanwhile
  pending.erase(found);
  sink_->on_ack({received.packet.nsp, *received.packet.id, received.args, received.attachments});
}

void ServerConnection::accept(std::string_view nsp, std::string_view sid, std::string_view pid) {
  Joined* joined = find(nsp);
  if (ended_ || joined == nullptr || joined->accepted) return;
  joined->accepted = true;
  connect_due_.reset();
  Bytes json = R"({"sid":)" + json_string(sid);
  if (!pid.empty()) json += R"(,"pid":)" + json_string(pid);
  json += '}';
  scratch_.clear();
  append_packet(scratch_, {PacketType::connect, 0, nsp, std::nullopt, json});
  sink_->send(scratch_, {});
}

void ServerConnection::refuse(std::string_view nsp, std::string_view message, BytesView data) {
  const Joined* joined = find(nsp);
  if (ended_ || joined == nullptr || joined->accepted) return;
  const std::string name(nsp);  // `nsp` may be the entry's own
  std::erase_if(joined_, [&](const Joined& entry) { return entry.nsp == name; });
  send_error(name, message, data);
}

void ServerConnection::send_error(std::string_view nsp, std::string_view message, BytesView data) {
  Bytes json = R"({"message":)" + json_string(message);
  if (!data.empty()) json.append(R"(,"data":)").append(data);
  json += '}';
  scratch_.clear();
  append_packet(scratch_, {PacketType::connect_error, 0, nsp, std::nullopt, json});
  sink_->send(scratch_, {});
}

bool ServerConnection::emit(std::string_view nsp, const OutgoingEvent& event) {
  if (!is_joined(nsp)) return false;
  send_event(nsp, std::nullopt, event);
  return true;
}

std::optional<std::uint64_t> ServerConnection::emit_with_ack(std::string_view nsp,
                                                             const OutgoingEvent& event) {
  if (!is_joined(nsp)) return std::nullopt;
  Joined* joined = find(nsp);
  if (joined->pending_acks.size() >= options_.max_pending_acks) return std::nullopt;
  const std::uint64_t id = joined->next_ack_id++;
  joined->pending_acks.push_back(id);
  send_event(nsp, id, event);
  return id;
}

void ServerConnection::forget_ack(std::string_view nsp, std::uint64_t id) {
  if (Joined* joined = find(nsp)) std::erase(joined->pending_acks, id);
}

void ServerConnection::send_event(std::string_view nsp, std::optional<std::uint64_t> id,
                                  const OutgoingEvent& event) {
  scratch_.clear();
  append_event(scratch_, nsp, id, event.name, event.args, event.attachments.size());
  sink_->send(scratch_, event.attachments);
}

bool ServerConnection::acknowledge(std::string_view nsp, std::uint64_t id,
                                   std::span<const BytesView> args,
                                   std::span<const BytesView> attachments) {
  if (!is_joined(nsp)) return false;
  scratch_.clear();
  append_ack(scratch_, nsp, id, args, attachments.size());
  sink_->send(scratch_, attachments);
  return true;
}

void ServerConnection::disconnect(std::string_view nsp) {
  if (!is_joined(nsp)) return;
  scratch_.clear();
  append_packet(scratch_, {PacketType::disconnect, 0, nsp, std::nullopt, {}});
  sink_->send(scratch_, {});
  leave(nsp, kServerDisconnect);
}

void ServerConnection::leave(std::string_view nsp, std::string_view reason) {
  const std::string name(nsp);  // `nsp` may be the entry's own
  std::erase_if(joined_, [&](const Joined& entry) { return entry.nsp == name; });
  sink_->on_disconnect(name, reason);
}

void ServerConnection::session_closed(std::string_view reason) {
  ended_ = true;
  connect_due_.reset();
  for (const Joined& joined : std::exchange(joined_, {})) {
    if (joined.accepted) sink_->on_disconnect(joined.nsp, reason);
  }
}

void ServerConnection::tick(TimePoint now) {
  if (ended_ || !connect_due_ || now < *connect_due_) return;
  connect_due_.reset();
  fail(make_error(ErrorCode::timeout,
                  "no namespace was joined within " + format_duration(options_.connect_timeout)));
}

std::optional<TimePoint> ServerConnection::next_deadline() const {
  return ended_ ? std::nullopt : connect_due_;
}

bool ServerConnection::is_joined(std::string_view nsp) const {
  return find_accepted(nsp) != nullptr;
}

ServerConnection::Joined* ServerConnection::find(std::string_view nsp) {
  const auto found = std::find_if(joined_.begin(), joined_.end(),
                                  [&](const Joined& entry) { return entry.nsp == nsp; });
  return found == joined_.end() ? nullptr : &*found;
}

const ServerConnection::Joined* ServerConnection::find_accepted(std::string_view nsp) const {
  const auto found = std::find_if(joined_.begin(), joined_.end(), [&](const Joined& entry) {
    return entry.accepted && entry.nsp == nsp;
  });
  return found == joined_.end() ? nullptr : &*found;
}

void ServerConnection::fail(const Error& error) {
  if (std::exchange(ended_, true)) return;
  sink_->on_error(error);
}

}  // namespace wsb::socketio
