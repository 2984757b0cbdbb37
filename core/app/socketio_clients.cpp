#include "core/app/socketio_clients.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/app/serve_rooms.h"
#include "core/base/encoding.h"
#include "core/base/json_text.h"
#include "core/base/limits.h"
#include "core/proto/engineio/close_reason.h"
#include "core/proto/socketio/event.h"
#include "core/proto/socketio/placeholder.h"
#include "core/session/envelope.h"
#include "core/session/json_strings.h"
#include "core/session/namespace_room.h"
#include "core/session/room_name.h"
#include "core/session/said.h"

namespace wsb::app {

using session::EngineioPeer;

namespace {

constexpr Duration kHintInterval = std::chrono::minutes(1);
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

struct SocketioClients::Socket {
  std::string nsp;
  std::string id;
  AccessGrant grant;
  std::vector<std::string> rooms;  // as the client calls them
};

class SocketioClients::Client final : private socketio::ServerConnectionSink {
 public:
  Client(SocketioClients& owner, EngineioPeer& peer, EngineioVisitor visitor)
      : owner_(owner),
        peer_(peer),
        visitor_(std::move(visitor)),
        machine_(owner.options_.connection, this, owner.loop_.now()) {
    rearm();
  }
  ~Client() override { owner_.loop_.cancel(timer_); }

  [[nodiscard]] net::ConnectionId id() const { return peer_.id(); }

  void receive(bool binary, BytesView data) {
    machine_.message_received(binary, data);
    settle();
  }
  void closed(engineio::CloseReason reason) {
    ended_ = true;
    owner_.loop_.cancel(std::exchange(timer_, {}));
    machine_.session_closed(engineio::describe(reason));
  }
  void judged(const std::string& nsp, AccessVerdict verdict);
  void acknowledge(const std::string& nsp, std::uint64_t ack_id, BytesView json) {
    if (ended_) return;
    machine_.acknowledge(nsp, ack_id, {&json, 1});
  }

 private:
  // socketio::ServerConnectionSink
  void send(BytesView text, std::span<const BytesView> attachments) override {
    (void)peer_.send_message(text, attachments);
  }
  void on_connect(std::string_view nsp, BytesView auth) override;
  void on_namespace_limit(std::string_view nsp) override;
  void on_event(const socketio::IncomingEvent& event) override;
  void on_ack(const socketio::IncomingAck&) override {}  // none is asked for
  void on_disconnect(std::string_view nsp, std::string_view reason) override;
  void on_error(const Error& error) override;

  void broadcast(Socket& socket, const socketio::IncomingEvent& event, BytesView payload,
                 const hub::RoomsRef& rooms);
  void obey(Socket& socket, const socketio::IncomingEvent& event);
  void join(Socket& socket, const std::string& room);
  void leave(Socket& socket, const std::string& room);
  void answer(const socketio::IncomingEvent& event, BytesView json);
  void fail_event(const socketio::IncomingEvent& event, std::string_view why);
  [[nodiscard]] Socket* find(std::string_view nsp);
  [[nodiscard]] http::Headers credentials(BytesView auth) const;
  void settle();
  void rearm();

  SocketioClients& owner_;
  EngineioPeer& peer_;
  const EngineioVisitor visitor_;
  socketio::ServerConnection machine_;
  std::vector<Socket> sockets_;
  net::TimerId timer_{};
  bool failed_ = false;  // the session is to be closed
  bool ended_ = false;
  Bytes scratch_;
  std::vector<socketio::Placeholder> placeholders_;
};

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

void SocketioClients::Client::on_connect(std::string_view nsp, BytesView auth) {
  if (!owner_.has_namespace(nsp)) {
    ++owner_.counters_.invalid_namespace;
    return machine_.refuse(nsp, "Invalid namespace");
  }
  if (owner_.gate_ == nullptr) return judged(std::string(nsp), AccessGrant{});
  const http::Headers headers = credentials(auth);
  owner_.gate_->judge({headers, visitor_.query}, Right::connect,
                      [&owner = owner_, id = peer_.id(), name = std::string(nsp)](auto verdict) {
                        Client* client = owner.find(id);
                        if (client != nullptr) client->judged(name, std::move(verdict));
                      });
}

void SocketioClients::Client::judged(const std::string& nsp, AccessVerdict verdict) {
  if (ended_) return;
  if (const auto* refusal = std::get_if<AccessRefusal>(&verdict)) {
    const std::string data =
        R"({"code":)" + std::to_string(refusal->response.status) + R"(,"message":)" +
        json_string(trim_line(*refusal->response.body)) + '}';
    ++owner_.counters_.unauthorized;
    return machine_.refuse(nsp, "unauthorized", data);
  }
  Socket socket{nsp, make_id(owner_.random_), std::get<AccessGrant>(std::move(verdict)), {}};
  const std::string id = socket.id;
  const auto rooms = rooms_of_query(visitor_.query);
  sockets_.push_back(std::move(socket));
  ++owner_.connected_;
  machine_.accept(nsp, id);
  if (owner_.log_.enabled(LogLevel::info)) {
    owner_.log_.write(LogLevel::info, "A user connected: " + id + " from " + peer_.info().remote);
  }
  const BytesView welcome = session::welcome_text();
  machine_.emit(nsp, {"message", {&welcome, 1}});
  Socket* added = find(nsp);
  if (added == nullptr) return;  // it went with the first words to it
  for_each_room(rooms ? *rooms : nullptr, [&](const std::string& room) { join(*added, room); });
  rearm();
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
  if (owner_.log_.enabled(LogLevel::info)) {
    owner_.log_.write(LogLevel::info,
                      "User disconnected: " + socket->id + ", " + std::string(reason));
  }
  sockets_.erase(sockets_.begin() + (socket - sockets_.data()));
  --owner_.connected_;
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
  session::Said said{session::Said::Kind::json, payload, {}};
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

// ---- the table

SocketioClients::SocketioClients(SocketioOptions options, net::Loop& loop, hub::Shard& shard,
                                 AccessGate* gate, Log& log)
    : options_(std::move(options)), loop_(loop), shard_(shard), gate_(gate), log_(log) {}

SocketioClients::~SocketioClients() { loop_.cancel(freeing_); }

bool SocketioClients::has_namespace(std::string_view nsp) const {
  if (nsp == socketio::kMainNamespace) return true;
  return std::any_of(options_.namespaces.begin(), options_.namespaces.end(),
                     [&](const std::string& name) {
                       if (!name.ends_with('*')) return nsp == name;
                       return nsp.starts_with(std::string_view(name).substr(0, name.size() - 1));
                     });
}

SocketioClients::Client* SocketioClients::find(net::ConnectionId id) {
  if (id.slot >= clients_.size()) return nullptr;
  const auto& client = clients_[id.slot];
  return client != nullptr && client->id() == id ? client.get() : nullptr;
}

void SocketioClients::count(SocketioCounters& counters) const {
  counters += counters_;
  counters.sockets += connected_;
}

// One line for all that wonder, from time to time.
void SocketioClients::hint_at_rooms(std::string_view event) {
  const TimePoint now = loop_.now();
  if (now < next_hint_) return;
  next_hint_ = now + kHintInterval;
  log_.write(LogLevel::info, "a client emits '" + std::string(event) +
                                 "', which does nothing here: rooms need --rooms");
}

void SocketioClients::on_session(EngineioPeer& peer, EngineioVisitor visitor) {
  const std::size_t slot = peer.id().slot;
  if (slot >= clients_.size()) clients_.resize(slot + 1);
  clients_[slot] = std::make_unique<Client>(*this, peer, std::move(visitor));
}

void SocketioClients::on_message(EngineioPeer& peer, bool binary, BytesView data) {
  Client* client = find(peer.id());
  if (client != nullptr) client->receive(binary, data);
}

// Perhaps in the middle of a call of it.
void SocketioClients::on_closed(EngineioPeer& peer, engineio::CloseReason reason) {
  Client* client = find(peer.id());
  if (client == nullptr) return;
  client->closed(reason);
  gone_.push_back(std::move(clients_[peer.id().slot]));
  if (freeing_.value != 0) return;
  freeing_ = loop_.schedule(loop_.now(), [this] {
    freeing_ = {};
    gone_.clear();
  });
}

}  // namespace wsb::app
