#include "core/app/socketio_client.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <utility>

#include "core/app/serve_rooms.h"
#include "core/base/encoding.h"
#include "core/base/json_text.h"
#include "core/base/limits.h"
#include "core/proto/engineio/close_reason.h"
#include "core/proto/socketio/event.h"
#include "core/session/envelope.h"
#include "core/session/json_strings.h"
#include "core/session/namespace_room.h"
#include "core/session/room_name.h"
#include "core/session/said.h"

namespace wsb::app {

namespace {

constexpr std::size_t kIdBytes = 15;  // 20 characters, which is also how a socket's room is known

std::string make_id(RandomSource& random) {
  std::array<char, kIdBytes> bytes{};
  random.fill(bytes.data(), bytes.size());
  return base64url_encode(BytesView(bytes.data(), bytes.size()));
}

// The line of an answer, without its end.
std::string_view trim_line(std::string_view text) { return text.substr(0, text.find('\n')); }

// What is said in the log of something that may be long, or no text.
std::string shown(BytesView json) {
  constexpr std::size_t kShown = 100;
  return json.size() <= kShown ? std::string(json) : std::string(json.substr(0, kShown)) + "…";
}

}  // namespace

// ---- namespaces

// The token of `auth` stands for an Authorization field, which a browser cannot send.
http::Headers SocketioClients::Client::credentials(BytesView auth) const {
  http::Headers out;
  for (const char* name : {"Host", "Origin", "Authorization", "X-Forwarded-Host"}) {
    if (const auto value = visitor_.headers.find(name)) out.add(name, std::string(*value));
  }
  const auto token = session::string_member(auth, "token");
  if (token && !out.find("Authorization")) out.add("Authorization", "Bearer " + *token);
  return out;
}

std::optional<SocketioClients::Return> SocketioClients::Client::wish_of(BytesView auth) const {
  if (owner_.options_.recovery == nullptr) return std::nullopt;
  auto pid = session::string_member(auth, "pid");
  const auto offset = session::string_member(auth, "offset");
  if (!pid || !offset) return std::nullopt;
  Return wish{*std::move(pid), 0};
  const auto [end, error] =
      std::from_chars(offset->data(), offset->data() + offset->size(), wish.offset);
  if (error != std::errc() || end != offset->data() + offset->size()) wish.offset = 0;
  return wish;
}

void SocketioClients::Client::on_connect(std::string_view nsp, BytesView auth) {
  if (!owner_.has_namespace(nsp)) {
    ++owner_.counters_.invalid_namespace;
    return machine_.refuse(nsp, "Invalid namespace");
  }
  const Return wish = wish_of(auth).value_or(Return{});
  if (owner_.gate_ == nullptr) return judged(std::string(nsp), AccessGrant{}, wish);
  const http::Headers headers = credentials(auth);
  owner_.gate_->judge({headers, visitor_.query}, Right::connect,
                      [&owner = owner_, id = peer_.id(), name = std::string(nsp),
                       wish](AccessVerdict verdict) {
                        Client* client = owner.find(id);
                        if (client != nullptr) client->judged(name, std::move(verdict), wish);
                      });
}

void SocketioClients::Client::judged(const std::string& nsp, AccessVerdict verdict,
                                     const Return& wish) {
  if (ended_) return;
  if (const auto* refusal = std::get_if<AccessRefusal>(&verdict)) {
    const std::string data =
        R"({"code":)" + std::to_string(refusal->response.status) + R"(,"message":)" +
        json_string(trim_line(*refusal->response.body)) + '}';
    ++owner_.counters_.unauthorized;
    return machine_.refuse(nsp, "unauthorized", data);
  }
  const AccessGrant grant = std::get<AccessGrant>(std::move(verdict));
  if (wish.pid.empty()) return admit(nsp, grant);
  seek(nsp, grant, wish, true);
}

void SocketioClients::Client::admit(const std::string& nsp, const AccessGrant& grant) {
  if (ended_) return;
  Socket socket{nsp, make_id(owner_.random_), grant, {}};
  RecoveryStore* recovery = owner_.options_.recovery;
  if (recovery != nullptr) {
    socket.pid = make_id(owner_.random_);
    owner_.random_.fill(&socket.author, sizeof socket.author);
    recovery->connected(socket.pid, nsp, {owner_.options_.worker, peer_.id()});
  }
  const std::string id = socket.id;
  const std::string pid = socket.pid;
  sockets_.push_back(std::move(socket));
  ++owner_.connected_;
  machine_.accept(nsp, id, pid);
  if (owner_.log_.enabled(LogLevel::info)) {
    owner_.log_.write(LogLevel::info, "A user connected: " + id + " from " + peer_.info().remote);
  }
  if (recovery == nullptr) welcome(nsp, 0);
  // Whoever is slow may be cut with what waits.
  owner_.shard_.flush();
  Socket* added = find(nsp);
  if (added == nullptr) return;  // it went with the first words to it
  const auto asked = rooms_of_query(visitor_.query);
  std::vector<std::string> rooms;
  for_each_room(asked ? *asked : nullptr, [&](const std::string& room) {
    if (added->grant.subscribe.allow(room)) rooms.push_back(room);
  });
  rearm();
  if (recovery != nullptr && rooms.empty()) return welcome(nsp, 0);
  added->rooms = rooms;
  listen(nsp, rooms, nullptr, 0);
}

// `position`: the welcome tells it as any message does, so that there is one to come back to.
void SocketioClients::Client::welcome(const std::string& nsp, std::uint64_t position) {
  const std::string offset = '"' + std::to_string(position) + '"';
  const std::array<BytesView, 2> args{session::welcome_text(), offset};
  machine_.emit(nsp, {"message", std::span(args).first(position == 0 ? 1 : 2)});
}

// The names are the client's. With a `wish` what was said since, by others than `author`, first.
void SocketioClients::Client::listen(const std::string& nsp,
                                     const std::vector<std::string>& rooms, const Return* wish,
                                     std::uint64_t author) {
  std::vector<std::string> names;
  for (const std::string& room : rooms) names.push_back(session::room_in(nsp, room));
  if (owner_.options_.recovery == nullptr) {
    for (const std::string& name : names) {
      owner_.shard_.join(peer_, session::Encoding::socketio, name);
    }
    return;
  }
  const auto told = [&owner = owner_, id = peer_.id(), nsp](const hub::Arrival& arrival) {
    Client* client = owner.find(id);
    if (client != nullptr) client->arrived(nsp, arrival);
  };
  if (wish == nullptr) return owner_.shard_.join_anew(peer_, names, told);
  owner_.shard_.join_again(peer_, names, wish->offset, author, told);
}

void SocketioClients::Client::on_namespace_limit(std::string_view nsp) {
  ++owner_.counters_.too_many_namespaces;
  owner_.log_.write(LogLevel::warning, "client " + peer_.info().remote +
                                           " wants more namespaces than it may have: " +
                                           std::string(nsp));
}

SocketioClients::Socket* SocketioClients::Client::find(std::string_view nsp) {
  const auto found = std::find_if(sockets_.begin(), sockets_.end(),
                                  [&](const Socket& socket) { return socket.nsp == nsp; });
  return found == sockets_.end() ? nullptr : &*found;
}

void SocketioClients::Client::on_disconnect(std::string_view nsp, std::string_view reason) {
  Socket* socket = find(nsp);
  if (socket == nullptr) return;
  const std::vector<std::string> rooms = socket->rooms;
  for (const std::string& room : rooms) leave(*socket, room);
  if (!socket->pid.empty() && is_lost_) {
    owner_.options_.recovery->lost(socket->pid, {socket->nsp, socket->id, socket->author, rooms},
                                   owner_.loop_.now());
  } else if (!socket->pid.empty()) {
    owner_.options_.recovery->gone(socket->pid);
  }
  if (owner_.log_.enabled(LogLevel::info)) {
    owner_.log_.write(LogLevel::info,
                      "User disconnected: " + socket->id + ", " + std::string(reason));
  }
  sockets_.erase(sockets_.begin() + (socket - sockets_.data()));
  --owner_.connected_;
}

// ---- coming back

// Who speaks with the pid of a client that is connected takes its place: that connection is lost,
// and nobody has noticed yet.
void SocketioClients::Client::seek(const std::string& nsp, const AccessGrant& grant,
                                   const Return& wish, bool again) {
  if (ended_) return;
  RecoveryStore::Found found =
      owner_.options_.recovery->take(wish.pid, nsp, owner_.loop_.now());
  if (auto* lost = std::get_if<RecoverySocket>(&found)) {
    return bring_back(nsp, grant, wish, std::move(*lost));
  }
  const auto* place = std::get_if<RecoveryStore::Place>(&found);
  if (place != nullptr && again) {
    return owner_.end_elsewhere(
        *place, [&owner = owner_, id = peer_.id(), nsp, grant, wish] {
          Client* client = owner.find(id);
          if (client != nullptr) client->seek(nsp, grant, wish, false);
        });
  }
  ++owner_.counters_.recovery_unknown;
  admit(nsp, grant);
}

void SocketioClients::Client::bring_back(const std::string& nsp, const AccessGrant& grant,
                                         const Return& wish, RecoverySocket lost) {
  std::erase_if(lost.rooms,
                [&](const std::string& room) { return !grant.subscribe.allow(room); });
  const std::vector<std::string> rooms = lost.rooms;
  const std::uint64_t author = lost.author;
  returning_.push_back({wish.pid, grant, std::move(lost)});
  owner_.shard_.flush();
  if (ended_) return;
  if (rooms.empty()) return arrived(nsp, {});
  listen(nsp, rooms, &wish, author);
}

void SocketioClients::Client::arrived(const std::string& nsp, const hub::Arrival& arrival) {
  if (ended_) return;
  const auto found = std::find_if(returning_.begin(), returning_.end(),
                                  [&](const Returning& each) { return each.lost.nsp == nsp; });
  if (found == returning_.end()) return welcome(nsp, arrival.position);
  Returning returning = std::move(*found);
  returning_.erase(found);
  if (!arrival.gap) return readmit(std::move(returning));
  ++owner_.counters_.recovery_gaps;
  admit(nsp, returning.grant);
}

void SocketioClients::Client::readmit(Returning returning) {
  ++owner_.counters_.recovered;
  RecoverySocket& lost = returning.lost;
  owner_.options_.recovery->connected(returning.pid, lost.nsp,
                                      {owner_.options_.worker, peer_.id()});
  sockets_.push_back({lost.nsp, lost.sid, std::move(returning.grant), std::move(lost.rooms),
                      returning.pid, lost.author});
  ++owner_.connected_;
  machine_.accept(lost.nsp, lost.sid, returning.pid);
  if (owner_.log_.enabled(LogLevel::info)) {
    owner_.log_.write(LogLevel::info, "A user is back: " + lost.sid + " from " +
                                          peer_.info().remote);
  }
  rearm();
}

// ---- rooms

void SocketioClients::Client::join(Socket& socket, const std::string& room) {
  if (std::find(socket.rooms.begin(), socket.rooms.end(), room) != socket.rooms.end()) return;
  if (!socket.grant.subscribe.allow(room)) return;
  socket.rooms.push_back(room);
  owner_.shard_.join(peer_, session::Encoding::socketio, session::room_in(socket.nsp, room));
}

void SocketioClients::Client::leave(Socket& socket, const std::string& room) {
  const auto found = std::find(socket.rooms.begin(), socket.rooms.end(), room);
  if (found == socket.rooms.end()) return;
  socket.rooms.erase(found);
  owner_.shard_.leave(peer_.id(), session::Encoding::socketio,
                      session::room_in(socket.nsp, room));
}

// ---- events

void SocketioClients::Client::on_event(const socketio::IncomingEvent& event) {
  Socket* socket = find(event.nsp);
  if (socket == nullptr) return;
  if (event.name == "broadcast") {
    std::vector<std::string> rooms;
    for (const std::string& room : socket->rooms) {
      rooms.push_back(session::room_in(socket->nsp, room));
    }
    const BytesView payload = event.args.empty() ? BytesView("null") : event.args.front();
    return broadcast(*socket, event, payload, hub::make_rooms(std::move(rooms)));
  }
  if (owner_.options_.rooms) return obey(*socket, event);
  if (event.name == "join" || event.name == "leave") owner_.hint_at_rooms(event.name);
}

void SocketioClients::Client::broadcast(Socket& socket, const socketio::IncomingEvent& event,
                                        BytesView payload, const hub::RoomsRef& rooms) {
  bool allowed = socket.grant.publish.any();
  for_each_room(rooms, [&](const std::string& room) {
    allowed = allowed && socket.grant.publish.allow(session::room_of(room));
  });
  if (!allowed) {
    if (owner_.gate_ != nullptr) ++owner_.gate_->counters().publishers;
    return fail_event(event, "these credentials do not allow to publish");
  }
  if (owner_.log_.enabled(LogLevel::debug)) {
    owner_.log_.write(LogLevel::debug, "Broadcasting: " + shown(payload));
  }
  session::Said said{session::Said::Kind::json, payload, {}, socket.author};
  std::vector<BytesView> attachments;
  if (!event.attachments.empty() &&
      socketio::find_placeholders(payload, event.attachments.size(), placeholders_)) {
    std::vector<std::size_t> order;
    scratch_.clear();
    socketio::append_renumbered(scratch_, payload, placeholders_, order);
    for (const std::size_t index : order) attachments.push_back(event.attachments[index]);
    said.payload = scratch_;
    said.attachments = attachments;
  }
  if (!event.ack_id) return owner_.shard_.publish(peer_.id(), said, rooms);
  owner_.shard_.publish_counted(
      peer_.id(), said, rooms,
      [&owner = owner_, id = peer_.id(), nsp = socket.nsp,
       ack = *event.ack_id](std::uint64_t receivers) {
        Client* client = owner.find(id);
        if (client != nullptr) client->acknowledge(nsp, ack, std::to_string(receivers));
      });
}

void SocketioClients::Client::obey(Socket& socket, const socketio::IncomingEvent& event) {
  const bool known = event.name == "join" || event.name == "leave" || event.name == "to";
  if (!known) return;
  const auto room = event.args.empty() ? std::nullopt : session::string_of_json(event.args.front());
  if (!room) return fail_event(event, "the first argument is the name of a room");
  if (const auto named = session::check_room_name(*room); !named) {
    return fail_event(event, named.error().message);
  }
  if (event.name == "to") {
    const BytesView payload = event.args.size() < 2 ? BytesView("null") : event.args[1];
    return broadcast(socket, event, payload,
                     hub::make_rooms({session::room_in(socket.nsp, *room)}));
  }
  if (event.name == "leave") {
    leave(socket, *room);
  } else if (!socket.grant.subscribe.allow(*room)) {
    return fail_event(event, "these credentials do not allow to join this room");
  } else if (socket.rooms.size() >= limits::kRoomsPerClient ||
             owner_.shard_.rooms() >= limits::kRooms) {
    return fail_event(event, "too many rooms");
  } else {
    join(socket, *room);
  }
  answer(event, R"({"ok":true})");
}

void SocketioClients::Client::answer(const socketio::IncomingEvent& event, BytesView json) {
  if (event.ack_id) machine_.acknowledge(event.nsp, *event.ack_id, {&json, 1});
}

void SocketioClients::Client::fail_event(const socketio::IncomingEvent& event,
                                         std::string_view why) {
  answer(event, R"({"ok":false,"error":)" + json_string(why) + '}');
}

// ---- the end

void SocketioClients::Client::closed(engineio::CloseReason reason) {
  ended_ = true;
  is_lost_ = !failed_ && reason != engineio::CloseReason::parse_error;
  owner_.loop_.cancel(std::exchange(timer_, {}));
  for (Returning& returning : std::exchange(returning_, {})) {
    for (const std::string& room : returning.lost.rooms) {
      owner_.shard_.leave(peer_.id(), session::Encoding::socketio,
                          session::room_in(returning.lost.nsp, room));
    }
    owner_.options_.recovery->lost(returning.pid, std::move(returning.lost), owner_.loop_.now());
  }
  machine_.session_closed(engineio::describe(reason));
}

// Inside a call of the machine: the session is closed after it.
void SocketioClients::Client::on_error(const Error& error) {
  failed_ = true;
  const bool late = error.code == ErrorCode::timeout;
  ++(late ? owner_.counters_.connect_timeouts : owner_.counters_.protocol_errors);
  if (owner_.log_.enabled(LogLevel::debug)) {
    owner_.log_.write(LogLevel::debug, "client " + peer_.info().remote + ": " + error.text());
  }
}

void SocketioClients::Client::settle() {
  if (ended_) return;
  if (failed_) return peer_.abort();
  rearm();
}

void SocketioClients::Client::rearm() {
  if (ended_ || timer_.value != 0) return;
  const auto due = machine_.next_deadline();
  if (!due) return;
  timer_ = owner_.loop_.schedule(*due, [this] {
    timer_ = {};
    machine_.tick(owner_.loop_.now());
    settle();
  });
}

}  // namespace wsb::app
