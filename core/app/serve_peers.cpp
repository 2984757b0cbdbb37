#include "core/app/serve_peers.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "core/app/serve_responses.h"
#include "core/app/serve_rooms.h"
#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/proto/ws/close_code.h"
#include "core/session/envelope.h"
#include "core/session/message_id.h"

namespace wsb::app {

namespace {

session::Encoding encoding_of(ServeMode mode) {
  return mode == ServeMode::raw ? session::Encoding::raw : session::Encoding::plain;
}

constexpr std::size_t kNameBytesShown = 256;  // of users and certificates
constexpr std::string_view kMayNotPublish = "these credentials do not allow to publish";

// What its decide() wrote there.
const Admission& admission_of(const net::Connection& connection) {
  const auto* const admission = dynamic_cast<const Admission*>(connection.info().admission.get());
  WSB_CHECK(admission != nullptr);
  return *admission;
}

const AccessGrant& grant_of(const net::Connection& connection) {
  return admission_of(connection).grant;
}

// Judged in the handshake. A stream of events that comes back says the same in a header.
std::optional<std::uint64_t> since_of(const net::ConnectionInfo& info) {
  const auto last = info.events ? info.request_headers.find("Last-Event-ID") : std::nullopt;
  if (!last || last->empty()) return since_of_query(query_of(info.target)).value();
  // One that no server of this kind has given is one that is not known.
  return session::parse_message_id(*last).value_or(UINT64_MAX);
}

// An event is sent as it was made, with the id that its listener resumes behind.
ServeFaults* faults_for(const net::Connection& connection, ServeFaults* faults) {
  return connection.info().events ? nullptr : faults;
}

std::string counted(std::uint64_t number, std::string_view thing) {
  return with_thousands(number) + ' ' + std::string(thing) + (number == 1 ? "" : "s");
}

std::string dropped_text(const net::ConnectionStats& stats) {
  if (stats.dropped_messages == 0) return {};
  return ", " + with_thousands(stats.dropped_messages) + " dropped";
}

}  // namespace

ServePeers::ServePeers(const ServePeersOptions& options, net::Loop& loop, hub::Shard& shard,
                       ClientLimits& limits, Log& log)
    : mode_(options.mode),
      loop_(loop),
      shard_(shard),
      limits_(limits),
      log_(log),
      room_commands_(options.room_commands),
      gate_(options.gate),
      faults_(options.faults),
      closing_(loop) {
  shard_.when_joined([this](net::ConnectionId id) {
    if (id.slot >= peers_.size()) return;  // a Socket.IO client, which has its own table
    net::Connection* connection = peers_[id.slot].connection;
    if (connection == nullptr || connection->id() != id) return;
    limits_.holds().release(*connection, ReadingHolds::Reason::joining);
  });
}

ServePeers::~ServePeers() { loop_.cancel(resume_timer_); }

// Any path is served. A client that offers subprotocols gets its first choice: what is relayed
// means the same under each, and browsers fail a connection whose offer is not answered.
net::HandshakeDecision ServePeers::on_handshake(const net::HandshakeRequest& request) {
  std::string subprotocol;
  if (const auto offered = request.headers.find("Sec-WebSocket-Protocol")) {
    const std::vector<std::string_view> names = http::split_list(*offered);
    if (!names.empty()) subprotocol = names.front();
  }
  const Result<hub::RoomsRef> rooms =
      mode_ == ServeMode::echo ? Result<hub::RoomsRef>(nullptr) : rooms_of_query(request.query);
  net::HandshakeDecision decision;
  decision.refusal = refuse_rooms(rooms, request.query);
  if (decision.refusal) return decision;
  Wish wish{*rooms, std::move(subprotocol), std::string(request.remote)};
  if (gate_ == nullptr) return decide(AccessGrant{}, wish);
  struct Wait {
    std::optional<net::HandshakeDecision> decision;
    std::function<void(net::HandshakeDecision)> bring;
  };
  const auto wait = std::make_shared<Wait>();
  gate_->judge({request.headers, request.query}, Right::connect,
               [this, wait, wish = std::move(wish)](AccessVerdict verdict) {
                 net::HandshakeDecision made = decide(std::move(verdict), wish);
                 if (wait->bring) return wait->bring(std::move(made));
                 wait->decision = std::move(made);
               });
  if (wait->decision) return *std::move(wait->decision);
  decision.later = [wait](auto bring) { wait->bring = std::move(bring); };
  return decision;
}

std::optional<net::HttpResponse> ServePeers::refuse_rooms(const Result<hub::RoomsRef>& rooms,
                                                          std::string_view query) const {
  if (!rooms) return text_response(400, rooms.error().text() + '\n');
  if (const auto since = since_of_query(query); !since && shard_.keeps_history()) {
    return text_response(400, since.error().text() + '\n');
  }
  if (*rooms != nullptr && shard_.rooms() >= limits::kRooms) {
    return text_response(503, "too many rooms\n");
  }
  return std::nullopt;
}

// In each of its rooms a client must be allowed to listen.
std::variant<ServePeers::AdmissionRef, net::HttpResponse> ServePeers::admit_stream(
    std::string_view query, std::string_view remote, const AccessGrant& grant) {
  const Result<hub::RoomsRef> rooms = rooms_of_query(query);
  if (auto refusal = refuse_rooms(rooms, query)) return *std::move(refusal);
  if (refusing_) return text_response(503, "the server is shutting down\n");
  bool allowed = true;
  for_each_room(*rooms, [&](const std::string& room) {
    allowed = allowed && grant.subscribe.allow(room);
  });
  if (!allowed) {
    if (gate_ != nullptr) ++gate_->counters().rights;
    return lacks_right(Right::subscribe).response;
  }
  auto slot = limits_.take_slot(remote);
  if (auto* full = std::get_if<net::HttpResponse>(&slot)) return std::move(*full);
  return std::make_shared<const Admission>(grant,
                                           std::get<ClientLimits::SlotRef>(std::move(slot)));
}

// In each of its rooms a client must be allowed something.
net::HandshakeDecision ServePeers::decide(AccessVerdict verdict, const Wish& wish) {
  net::HandshakeDecision decision;
  if (refusing_) {
    decision.refusal = text_response(503, "the server is shutting down\n");
    return decision;
  }
  if (auto* refusal = std::get_if<AccessRefusal>(&verdict)) {
    decision.refusal = std::move(refusal->response);
    return decision;
  }
  auto& grant = std::get<AccessGrant>(verdict);
  bool allowed = true;
  for_each_room(wish.rooms, [&](const std::string& room) {
    allowed = allowed && (grant.publish.allow(room) || grant.subscribe.allow(room));
  });
  if (!allowed) {
    if (gate_ != nullptr) ++gate_->counters().rights;
    decision.refusal = lacks_right(Right::connect).response;
    return decision;
  }
  auto slot = limits_.take_slot(wish.remote);
  if (auto* full = std::get_if<net::HttpResponse>(&slot)) {
    decision.refusal = std::move(*full);
    return decision;
  }
  decision.subprotocol = wish.subprotocol;
  decision.admission = std::make_shared<const Admission>(
      std::move(grant), std::get<ClientLimits::SlotRef>(std::move(slot)));
  return decision;
}

void ServePeers::on_failed_tls(const Error& why) {
  if (log_.enabled(LogLevel::debug)) log_.write(LogLevel::debug, why.text());
}

void ServePeers::on_open(net::Connection& connection) {
  const net::ConnectionId id = connection.id();
  if (id.slot >= peers_.size()) peers_.resize(id.slot + std::size_t{1});
  Peer& peer = peers_[id.slot];
  ServeFaults* const faults = faults_for(connection, faults_);
  net::Connection& out = faults == nullptr ? connection : faults->opened(connection);
  peer = {&connection, &out, nullptr};
  ++open_;
  limits_.opened(connection);
  if (log_.enabled(LogLevel::info)) {
    log_.write(LogLevel::info, describe_connect(connection.info(), grant_of(connection)));
  }
  if (mode_ == ServeMode::echo) return;
  if (mode_ == ServeMode::broadcast && !connection.info().events) {
    (void)connection.send(ws::Opcode::text, session::welcome_text(), false);
  }
  // Judged in the handshake.
  peer.rooms = rooms_of_query(query_of(connection.info().target)).value();
  const session::RoomRights& rights = grant_of(connection).subscribe;
  std::vector<std::string> rooms;
  for_each_room(peer.rooms, [&](const std::string& room) {
    if (rights.allow(room)) rooms.push_back(room);
  });
  const auto since = shard_.keeps_history() ? since_of(connection.info()) : std::nullopt;
  shard_.join_all(out, encoding_of(mode_), rooms, since);
}

void ServePeers::on_message(net::Connection& connection, const ws::Message& message) {
  if (log_.enabled(LogLevel::debug)) {
    log_.write(LogLevel::debug, "client " + connection.info().remote + " sent " +
                                    std::string(ws::opcode_name(message.opcode)) + ", " +
                                    counted(message.payload.size(), "byte"));
  }
  limits_.spoken(connection);
  Peer& peer = peers_[connection.id().slot];
  if (room_commands_ && message.opcode == ws::Opcode::text && obey(peer, message.payload)) return;
  bool allowed = true;
  for_each_room(peer.rooms, [&](const std::string& room) {
    allowed = allowed && grant_of(connection).publish.allow(room);
  });
  if (!allowed) return refuse_message(connection, kMayNotPublish);
  if (mode_ == ServeMode::echo) return echo(connection, message);
  shard_.publish(connection.id(), message.opcode, message.payload, peer.rooms);
}

bool ServePeers::obey(Peer& peer, BytesView text) {
  RoomAnswer answer = obey_room_command(text, peer.rooms, shard_.rooms());
  if (answer.kind == RoomAnswer::Kind::ordinary) return false;
  net::Connection& connection = *peer.connection;
  const net::ConnectionId id = connection.id();
  const AccessGrant& grant = grant_of(connection);
  const bool subscribes = grant.subscribe.allow(answer.room);
  if (answer.kind == RoomAnswer::Kind::joined && !subscribes) {
    refuse_message(connection, "these credentials do not allow to join this room");
    return true;
  }
  if (answer.kind == RoomAnswer::Kind::publish && !grant.publish.allow(answer.room)) {
    refuse_message(connection, kMayNotPublish);
    return true;
  }
  if (answer.kind == RoomAnswer::Kind::joined) {
    shard_.flush();
    if (peer.connection == nullptr) return true;  // cut for being slow
  }
  if (answer.kind == RoomAnswer::Kind::publish) {
    shard_.publish(id, ws::Opcode::text, answer.payload, hub::make_rooms({answer.room}));
    return true;
  }
  if (answer.kind == RoomAnswer::Kind::joined) {
    (void)connection.send(ws::Opcode::text, answer.payload, false);
    shard_.join_all(*peer.out, encoding_of(mode_), {answer.room}, answer.since);
    // One at a time: each costs the worker that orders a replay.
    if (shard_.is_joining(id)) limits_.holds().hold(connection, ReadingHolds::Reason::joining);
    return true;
  }
  if (answer.kind == RoomAnswer::Kind::left && subscribes) {
    shard_.leave(id, encoding_of(mode_), answer.room);
  }
  (void)connection.send(ws::Opcode::text, answer.payload, false);
  return true;
}

void ServePeers::refuse_message(net::Connection& connection, std::string_view why) {
  if (gate_ != nullptr) ++gate_->counters().publishers;
  peers_[connection.id().slot].out->close(ws::to_number(ws::CloseCode::policy_violation), why);
}

// As it came, compressed or not. A peer that does not read what comes back is not read from either,
// so an echo never grows a backlog: TCP pushes back on the peer.
void ServePeers::echo(net::Connection& connection, const ws::Message& message) {
  const net::SendStatus status =
      peers_[connection.id().slot].out->send(message.opcode, message.payload, message.compressed);
  if (status != net::SendStatus::queued) return;
  if (std::find(paused_.begin(), paused_.end(), connection.id()) != paused_.end()) return;
  limits_.holds().hold(connection, ReadingHolds::Reason::unread_echo);
  paused_.push_back(connection.id());
  if (paused_.size() > 1) return;
  resume_timer_ = loop_.schedule(loop_.now() + limits::kEchoResumeInterval,
                                 [this] { resume_drained(); });
}

void ServePeers::resume_drained() {
  resume_timer_ = {};
  const std::vector<net::ConnectionId> candidates = std::exchange(paused_, {});
  std::vector<net::Connection*> drained;
  for (const net::ConnectionId id : candidates) {
    net::Connection* connection = peers_[id.slot].connection;
    if (connection == nullptr || connection->id() != id) continue;
    if (peers_[id.slot].out->stats().backlog_bytes == 0) {
      drained.push_back(connection);
    } else {
      paused_.push_back(id);
    }
  }
  if (!paused_.empty()) {
    resume_timer_ = loop_.schedule(loop_.now() + limits::kEchoResumeInterval,
                                   [this] { resume_drained(); });
  }
  for (net::Connection* connection : drained) {
    limits_.holds().release(*connection, ReadingHolds::Reason::unread_echo);
  }
}

void ServePeers::on_pong(net::Connection&, BytesView) {}

void ServePeers::on_close(net::Connection& connection, const net::CloseInfo& close) {
  const net::ConnectionId id = connection.id();
  if (mode_ != ServeMode::echo) {
    const session::RoomRights& rights = grant_of(connection).subscribe;
    for_each_room(peers_[id.slot].rooms, [&](const std::string& room) {
      if (rights.allow(room)) shard_.leave(id, encoding_of(mode_), room);
    });
  }
  peers_[id.slot] = {};
  if (ServeFaults* const faults = faults_for(connection, faults_)) faults->closed(id);
  limits_.closed(id);
  admission_of(connection).slot->give_back();
  --open_;
  if (log_.enabled(LogLevel::info)) {
    log_.write(LogLevel::info,
               connection.info().events
                   ? describe_stream_end(connection.info().remote, close, connection.stats())
                   : describe_disconnect(connection.info().remote, close, connection.stats()));
  }
  if (open_ == 0 && gone_) std::exchange(gone_, nullptr)();
}

void ServePeers::close_all(Duration window, std::function<void()> gone) {
  gone_ = std::move(gone);
  closing_.start(peers_.size(), spread_for(open_, window), [this](std::size_t slot) {
    net::Connection* out = peers_[slot].out;
    if (out == nullptr) return;
    out->close(ws::to_number(ws::CloseCode::going_away), "server shutting down");
  });
  if (open_ == 0 && gone_) std::exchange(gone_, nullptr)();
}

std::string describe_connect(const net::ConnectionInfo& info, const AccessGrant& grant) {
  const auto quoted = [](std::string_view name) {
    return '\'' + printable(name.substr(0, kNameBytesShown)) + '\'';
  };
  std::string text = "client " + info.remote + (info.events ? " listens to events" : " connected");
  if (!grant.subject.empty()) text += " as " + quoted(grant.subject);
  const std::string& certificate = info.tls_info.peer_subject;
  if (!certificate.empty()) text += " with the certificate " + quoted(certificate);
  return text;
}

std::string describe_disconnect(std::string_view remote, const net::CloseInfo& close,
                                const net::ConnectionStats& stats) {
  const auto code = static_cast<ws::CloseCode>(close.code);
  std::string text = "client " + std::string(remote) + " disconnected: ";
  text += std::to_string(close.code) + ' ' + std::string(ws::describe(code));
  if (!close.reason.empty()) text += " '" + printable(close.reason) + '\'';
  if (close.error) text += " (" + close.error->text() + ')';
  text += ", " + counted(stats.messages_in, "message") + " in, " +
          with_thousands(stats.messages_out) + " out";
  return text + dropped_text(stats);
}

std::string describe_stream_end(std::string_view remote, const net::CloseInfo& close,
                                const net::ConnectionStats& stats) {
  std::string why = "it has gone";
  if (close.error) {
    why = close.error->text();
  } else if (close.by == net::CloseInfo::By::local) {
    why = close.reason.empty() ? "cut off" : close.reason;
  }
  return "client " + std::string(remote) + " listens no more: " + why + ", " +
         counted(stats.messages_out, "message") + " out" + dropped_text(stats);
}

}  // namespace wsb::app
