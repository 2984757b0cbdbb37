#include "core/proto/socketio/client_connection.h"

#include <algorithm>
#include <utility>

#include "core/base/json_scanner.h"

namespace wsb::socketio {
namespace {

constexpr std::size_t kMembersMax = 64;

Error refuse(std::string why) { return make_error(ErrorCode::protocol, std::move(why)); }

BytesView without_space(BytesView json) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = std::min(json.find_first_not_of(kSpace), json.size());
  return json.substr(first, json.find_last_not_of(kSpace) + 1 - first);
}

std::string string_member(const JsonMembers& members, std::string_view name) {
  std::string value;
  if (const auto json = find_json_member(members, name)) {
    if (!read_json_string(*json, value)) value.clear();
  }
  return value;
}

}  // namespace

ClientConnection::ClientConnection(ClientConnectionOptions options, ClientConnectionSink* sink)
    : options_(std::move(options)), sink_(sink), decoder_(options_.limits) {}

void ClientConnection::connect(BytesView auth) {
  if (state_ != State::idle) return;
  state_ = State::connecting;
  scratch_.clear();
  append_packet(scratch_, {PacketType::connect, 0, options_.nsp, std::nullopt, auth});
  sink_->send(scratch_, {});
}

void ClientConnection::message_received(bool binary, BytesView data) {
  if (state_ == State::failed) return;
  const Result<const ReceivedPacket*> received = decoder_.feed(binary, data);
  if (!received) {
    fail(received.error());
    return;
  }
  if (*received == nullptr) return;
  packet_received(**received);
  decoder_.release();
}

void ClientConnection::packet_received(const ReceivedPacket& received) {
  const PacketView& packet = received.packet;
  if (packet.nsp != options_.nsp) return;  // as the official client does
  if (packet.type == PacketType::connect) {
    connect_received(packet.json);
    return;
  }
  if (packet.type == PacketType::connect_error) {
    refused(packet.json);
    return;
  }
  // A server that recovers a connection sends what was missed before it answers; the official
  // client keeps it back, for a program that shows what comes there is no need to.
  if (state_ == State::idle) return;
  switch (packet.type) {
    case PacketType::event:
    case PacketType::binary_event:
      sink_->on_event({packet.nsp, received.event.name, received.event.args(), received.attachments,
                       packet.id});
      return;
    case PacketType::ack:
    case PacketType::binary_ack: ack_received(received); return;
    case PacketType::disconnect:
      state_ = State::idle;
      pending_acks_.clear();
      sink_->on_disconnect();
      return;
    case PacketType::connect:
    case PacketType::connect_error: return;
  }
}

void ClientConnection::connect_received(BytesView json) {
  JsonMembers members;
  const bool object = split_json_object(json, members, kMembersMax);
  const std::string sid = object ? string_member(members, "sid") : std::string();
  if (sid.empty()) {
    fail(refuse("the server's answer to CONNECT has no sid: does it speak Socket.IO before 3?"));
    return;
  }
  if (state_ != State::connecting) {
    fail(refuse("the server accepted what was not asked"));
    return;
  }
  state_ = State::connected;
  sink_->on_connect(sid, string_member(members, "pid"));
}

void ClientConnection::refused(BytesView json) {
  if (state_ != State::connecting) return;
  state_ = State::idle;
  JsonMembers members;
  std::string message;
  if (!split_json_object(json, members, kMembersMax)) {
    if (!read_json_string(without_space(json), message)) message.clear();
    sink_->on_connect_error(message, {});
    return;
  }
  sink_->on_connect_error(string_member(members, "message"),
                          find_json_member(members, "data").value_or(BytesView()));
}

void ClientConnection::ack_received(const ReceivedPacket& received) {
  const auto found = std::find(pending_acks_.begin(), pending_acks_.end(), *received.packet.id);
  if (found == pending_acks_.end()) return;
  pending_acks_.erase(found);
  sink_->on_ack({received.packet.nsp, *received.packet.id, received.args, received.attachments});
}

bool ClientConnection::emit(const OutgoingEvent& event) {
  if (state_ != State::connected) return false;
  send_event(std::nullopt, event);
  return true;
}

std::optional<std::uint64_t> ClientConnection::emit_with_ack(const OutgoingEvent& event) {
  if (state_ != State::connected || pending_acks_.size() >= options_.max_pending_acks) {
    return std::nullopt;
  }
  const std::uint64_t id = next_ack_id_++;
  pending_acks_.push_back(id);
  send_event(id, event);
  return id;
}

void ClientConnection::send_event(std::optional<std::uint64_t> id, const OutgoingEvent& event) {
  scratch_.clear();
  append_event(scratch_, options_.nsp, id, event.name, event.args, event.attachments.size());
  sink_->send(scratch_, event.attachments);
}

bool ClientConnection::acknowledge(std::uint64_t id, std::span<const BytesView> args,
                                   std::span<const BytesView> attachments) {
  if (state_ != State::connected) return false;
  scratch_.clear();
  append_ack(scratch_, options_.nsp, id, args, attachments.size());
  sink_->send(scratch_, attachments);
  return true;
}

void ClientConnection::disconnect() {
  if (state_ != State::connected && state_ != State::connecting) return;
  scratch_.clear();
  append_packet(scratch_, {PacketType::disconnect, 0, options_.nsp, std::nullopt, {}});
  state_ = State::idle;
  pending_acks_.clear();
  sink_->send(scratch_, {});
}

void ClientConnection::fail(const Error& error) {
  state_ = State::failed;
  sink_->on_error(error);
}

}  // namespace wsb::socketio
