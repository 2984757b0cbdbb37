#include "core/app/engineio_door.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/app/serve_rooms.h"
#include "core/base/encoding.h"
#include "core/net/connection_ids.h"
#include "core/proto/http/query.h"

namespace wsb::app {

using engineio::Ask;
using engineio::Transport;
using session::EngineioPeer;

namespace {

// Two digits say the worker; the rest is a secret, since who knows it can speak for the client.
constexpr std::size_t kWorkerDigits = 2;
constexpr std::size_t kSidSecretBytes = 15;
constexpr std::string_view kHex = "0123456789abcdef";

std::optional<std::size_t> worker_of(std::string_view sid) {
  if (sid.size() <= kWorkerDigits) return std::nullopt;
  const std::size_t high = kHex.find(sid[0]);
  const std::size_t low = kHex.find(sid[1]);
  if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
  return high * kHex.size() + low;
}

// From the handshake to the session.
struct Entry final : net::Admission {
  explicit Entry(ClientLimits::SlotRef taken) : place(std::move(taken)) {}
  const ClientLimits::SlotRef place;
};

// What credentials are judged by: a session lives long after its request, and may be one of many.
http::Headers kept_of(const http::Headers& headers) {
  http::Headers kept;
  for (const char* name : {"Host", "Origin", "Authorization", "X-Forwarded-Host"}) {
    if (const auto value = headers.find(name)) kept.add(name, std::string(*value));
  }
  return kept;
}

// Of messages by polling.
void add_polled(SocketioCounters& counters, const EngineioPeer& peer) {
  const net::ConnectionStats& polled = peer.polled();
  counters.messages_in += polled.messages_in;
  counters.messages_out += polled.messages_out;
  counters.bytes_in += polled.payload_bytes_in;
  counters.bytes_out += polled.payload_bytes_out;
}

}  // namespace

EngineioDoor::EngineioDoor(EngineioOptions options, net::Loop& loop, AccessGate* gate,
                           EngineioApp& app)
    : options_(std::move(options)), loop_(loop), gate_(gate), app_(app), closing_(loop) {}

EngineioDoor::~EngineioDoor() {
  loop_.cancel(freeing_);
  for (const auto& [sid, peer] : sessions_) loop_.ids().give_back(peer->id());
}

bool EngineioDoor::is_for(std::string_view path) const {
  const std::string_view prefix = options_.path;
  return path == prefix || path == prefix.substr(0, prefix.size() - 1);
}

std::optional<std::size_t> EngineioDoor::home_of(const http::Target& target) const {
  if (options_.workers < 2 || !is_for(target.path)) return std::nullopt;
  const auto query = http::Query::parse(target.query);
  if (!query) return std::nullopt;
  const auto sid = engineio::session_id_of(*query);
  const auto worker = sid ? worker_of(*sid) : std::nullopt;
  const bool elsewhere = worker && *worker < options_.workers && *worker != options_.worker;
  return elsewhere ? worker : std::nullopt;
}

std::shared_ptr<EngineioPeer> EngineioDoor::find(const std::optional<std::string_view>& sid) {
  if (!sid) return nullptr;
  const auto found = sessions_.find(std::string(*sid));
  if (found == sessions_.end() || found->second->is_closed()) return nullptr;
  return found->second;
}

// CORS does not protect a WebSocket, and not every poll is one that a browser asks first for: the
// Origin of each request counts.
std::optional<std::string> EngineioDoor::forbidden(const http::Headers& headers) {
  if (gate_ == nullptr || gate_->admits_origin(headers)) return std::nullopt;
  return "Origin not allowed";
}

std::variant<Ask, engineio::RequestError> EngineioDoor::judge(const engineio::Request& request,
                                                             const EngineioPeer* session) {
  return engineio::judge_request(
      request, session == nullptr ? std::nullopt : std::optional(session->transport()));
}

net::HttpResponse EngineioDoor::refuse(const engineio::RequestError& error) {
  ++counters_.refused[static_cast<std::size_t>(error.code)];
  return session::engineio_refusal(error);
}

net::HttpResponse EngineioDoor::refuse_to_open() {
  ++counters_.refused_shutting_down;
  return session::engineio_answer(503, "application/json",
                                  R"({"code":4,"message":"the server is shutting down"})");
}

// ---- plain requests

void EngineioDoor::on_request(const std::shared_ptr<net::HttpExchange>& exchange) {
  const net::HttpRequest& request = exchange->request();
  const auto query = http::Query::parse(request.query);
  if (!query) return exchange->respond(refuse(engineio::bad_request()));
  const auto session = find(engineio::session_id_of(*query));
  const auto judged =
      judge({request.method, *query, request.headers, forbidden(request.headers)}, session.get());
  if (const auto* refused = std::get_if<engineio::RequestError>(&judged)) {
    if (refused->closes_session && session != nullptr) session->fail();
    return exchange->respond(refuse(*refused));
  }
  switch (std::get<Ask>(judged)) {
    case Ask::open_polling: return open_by_polling(exchange);
    case Ask::poll: return session->poll(exchange);
    case Ask::post:
      if (request.body.size() > options_.session.max_payload) ++counters_.refused_too_large;
      return session->post(exchange);
    case Ask::open_websocket:
    case Ask::probe: break;  // they come as handshakes
  }
  exchange->respond(refuse(engineio::bad_request()));
}

void EngineioDoor::open_by_polling(const std::shared_ptr<net::HttpExchange>& exchange) {
  if (refusing_) return exchange->respond(refuse_to_open());
  const net::HttpRequest& request = exchange->request();
  net::ConnectionInfo info;
  info.remote = request.remote;
  info.target = request.path + (request.query.empty() ? "" : "?" + request.query);
  info.tls = request.tls;
  ClientLimits::SlotRef place;
  if (limits_ != nullptr) {
    auto taken = limits_->take_slot(request.remote);
    if (auto* full = std::get_if<net::HttpResponse>(&taken)) {
      return exchange->respond(std::move(*full));
    }
    place = std::get<ClientLimits::SlotRef>(std::move(taken));
  }
  const auto peer = add_session(Transport::polling, std::move(info), std::move(place));
  ++counters_.opened_polling;
  limit(*peer);
  app_.on_session(*peer, {kept_of(request.headers), request.query});
  peer->open_by_polling(exchange);
}

// ---- WebSockets

net::HandshakeDecision EngineioDoor::on_handshake(const net::HandshakeRequest& request) {
  net::HandshakeDecision decision;
  const auto query = http::Query::parse(request.query);
  if (!query) {
    decision.refusal = refuse(engineio::bad_request());
    return decision;
  }
  const auto session = find(engineio::session_id_of(*query));
  const engineio::Request asked{"GET", *query, request.headers, forbidden(request.headers)};
  const auto judged = judge(asked, session.get());
  if (const auto* refused = std::get_if<engineio::RequestError>(&judged)) {
    decision.refusal = refuse(*refused);
  } else if (std::get<Ask>(judged) == Ask::open_websocket && refusing_) {
    decision.refusal = refuse_to_open();
  } else if (std::get<Ask>(judged) == Ask::open_websocket && limits_ != nullptr) {
    auto taken = limits_->take_slot(request.remote);
    if (auto* full = std::get_if<net::HttpResponse>(&taken)) {
      decision.refusal = std::move(*full);
    } else {
      decision.admission =
          std::make_shared<Entry>(std::get<ClientLimits::SlotRef>(std::move(taken)));
    }
  }
  return decision;
}

// What was judged in the handshake may have changed since: the session may have gone.
void EngineioDoor::on_open(net::Connection& connection) {
  const std::size_t slot = connection.id().slot;
  if (slot >= websockets_.size()) websockets_.resize(slot + 1);
  websockets_[slot].reset();
  if (limits_ != nullptr) limits_->opened(connection);
  const std::string query_text(query_of(connection.info().target));
  const auto query = http::Query::parse(query_text);
  const auto sid = query ? engineio::session_id_of(*query) : std::nullopt;
  if (sid) {
    const auto session = find(sid);
    if (session == nullptr || !session->probe(connection)) return connection.close(1000, "");
    websockets_[slot] = session;
    return;
  }
  const auto entry = std::static_pointer_cast<const Entry>(connection.info().admission);
  const auto peer = add_session(Transport::websocket, connection.info(),
                                entry == nullptr ? nullptr : entry->place);
  websockets_[slot] = peer;
  ++counters_.opened_websocket;
  app_.on_session(*peer, {kept_of(connection.info().request_headers), query_text});
  peer->open_by_websocket(connection);
}

void EngineioDoor::on_message(net::Connection& connection, const ws::Message& message) {
  if (limits_ != nullptr) limits_->spoken(connection);
  const auto peer = websockets_[connection.id().slot].lock();
  if (peer != nullptr) peer->websocket_message(message);
}

void EngineioDoor::on_close(net::Connection& connection, const net::CloseInfo&) {
  if (limits_ != nullptr) limits_->closed(connection.id());
  const auto peer = std::exchange(websockets_[connection.id().slot], {}).lock();
  if (peer != nullptr) peer->websocket_closed(connection);
}

// ---- sessions

std::string EngineioDoor::make_sid() {
  std::array<char, kSidSecretBytes> secret{};
  random_.fill(secret.data(), secret.size());
  std::string sid{kHex[options_.worker / kHex.size() % kHex.size()],
                  kHex[options_.worker % kHex.size()]};
  return sid + base64url_encode(BytesView(secret.data(), secret.size()));
}

const std::shared_ptr<EngineioPeer>& EngineioDoor::add_session(Transport transport,
                                                               net::ConnectionInfo info,
                                                               ClientLimits::SlotRef place) {
  EngineioPeer::Setup setup;
  setup.sid = make_sid();
  setup.id = loop_.ids().take();
  setup.info = std::move(info);
  setup.options = options_.session;
  setup.transport = transport;
  setup.slow_reader = options_.slow_reader;
  setup.info.admission = nullptr;
  setup.info.request_headers = {};
  setup.place = std::move(place);
  const std::string sid = setup.sid;
  auto& session = sessions_[sid];
  session = std::make_shared<EngineioPeer>(loop_, std::move(setup),
                                           static_cast<session::EngineioEvents&>(*this));
  return session;
}

// A WebSocket is held to the limits as any other; a session that polls is no connection that
// anybody else knows.
void EngineioDoor::limit(EngineioPeer& peer) {
  if (limits_ == nullptr) return;
  const std::size_t slot = peer.id().slot;
  if (slot >= limited_.size()) limited_.resize(slot + 1);
  limited_[slot] = true;
  limits_->opened(peer);
}

void EngineioDoor::unlimit(EngineioPeer& peer) {
  const std::size_t slot = peer.id().slot;
  if (slot >= limited_.size() || !limited_[slot]) return;
  limited_[slot] = false;
  limits_->closed(peer.id());
}

void EngineioDoor::on_message(EngineioPeer& peer, bool binary, BytesView data) {
  if (peer.transport() == Transport::polling && limits_ != nullptr) limits_->spoken(peer);
  app_.on_message(peer, binary, data);
}

void EngineioDoor::on_upgraded(EngineioPeer& peer) {
  ++counters_.upgrades;
  unlimit(peer);
}

// The session is in the middle of a call: it is freed in a turn of its own.
void EngineioDoor::on_closed(EngineioPeer& peer, engineio::CloseReason reason) {
  ++counters_.closed[engineio::index_of(reason)];
  add_polled(counters_, peer);
  unlimit(peer);
  app_.on_closed(peer, reason);
  closed_.push_back(peer.sid());
  if (freeing_.value == 0) freeing_ = loop_.schedule(loop_.now(), [this] { free_closed(); });
}

void EngineioDoor::free_closed() {
  freeing_ = {};
  for (const std::string& sid : std::exchange(closed_, {})) {
    const auto found = sessions_.find(sid);
    loop_.ids().give_back(found->second->id());
    sessions_.erase(found);
  }
  if (sessions_.empty() && gone_) std::exchange(gone_, nullptr)();
}

void EngineioDoor::close_all(Duration window, std::function<void()> gone) {
  gone_ = std::move(gone);
  for (const auto& [sid, peer] : sessions_) to_close_.push_back(sid);
  closing_.start(to_close_.size(), spread_for(to_close_.size(), window), [this](std::size_t i) {
    const auto found = sessions_.find(to_close_[i]);
    if (found != sessions_.end()) found->second->close(1001, "server shutting down");
  });
  if (sessions_.empty() && gone_) std::exchange(gone_, nullptr)();
}

SocketioCounters EngineioDoor::counters() const {
  SocketioCounters out = counters_;
  for (const auto& [sid, peer] : sessions_) {
    if (peer->is_closed()) continue;  // it is among those that have gone
    ++(peer->transport() == Transport::polling ? out.polling : out.websocket);
    if (peer->holds_poll()) ++out.polls_held;
    add_polled(out, *peer);
  }
  app_.count(out);
  return out;
}

}  // namespace wsb::app
