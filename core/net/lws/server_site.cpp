#include "core/net/lws/server_site.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include <libwebsockets.h>

#include "core/base/check.h"
#include "core/net/lws/http_peer.h"
#include "core/net/lws/request_head.h"
#include "core/net/lws/trampoline.h"

namespace wsb::net {
namespace {

constexpr Duration kTick = std::chrono::milliseconds(250);

WsiPeer* peer_of(lws* wsi) { return static_cast<WsiPeer*>(lws_get_opaque_user_data(wsi)); }

}  // namespace

ServerSite::ServerSite(LwsLoop& loop, Log& log, const ListenConfig& config,
                       ConnectionHandler& connections, HttpHandler& http)
    : loop_(loop),
      log_(log),
      config_(config),
      connections_handler_(&connections),
      http_handler_(&http),
      coarse_now_(loop.now()) {}

ServerSite::~ServerSite() { loop_.cancel(clock_); }

void ServerSite::set_vhost(lws_vhost* vhost) {
  vhost_ = vhost;
  // Allocated by libwebsockets, and not const there; see reset_protocol_name().
  protocol_ = const_cast<lws_protocols*>(lws_vhost_name_to_protocol(vhost, kServerProtocol));
  WSB_CHECK(protocol_ != nullptr);
}

Bytes& ServerSite::scratch() {
  scratch_.clear();
  return scratch_;
}

void ServerSite::adopt(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ++stats_.accepted;
  lws_adopt_socket_vhost(vhost_, fd);  // closes it on failure
}

bool ServerSite::awaits_request(lws* wsi) {
  const WsiPeer* peer = peer_of(wsi);
  return peer == nullptr || (peer->kind == WsiPeer::Kind::http &&
                             static_cast<const HttpPeer*>(peer)->is_idle());
}

int ServerSite::request_came(lws* wsi) {
  if (!awaits_request(wsi)) return -1;  // pipelined behind one that is answered later
  auto* peer = static_cast<HttpPeer*>(peer_of(wsi));
  if (peer == nullptr) {
    peer = new HttpPeer(wsi, loop_, {config_.tls.has_value(), config_.body_timeout});
    lws_set_opaque_user_data(wsi, static_cast<WsiPeer*>(peer));
  }
  return peer->request_came(read_request_head(wsi), http_handler_);
}

void ServerSite::free_http(lws* wsi) {
  WsiPeer* peer = peer_of(wsi);
  if (peer == nullptr || peer->kind != WsiPeer::Kind::http) return;
  lws_set_opaque_user_data(wsi, ended_wsi_peer());
  delete static_cast<HttpPeer*>(peer);
}

void ServerSite::http_ended(lws* wsi) { free_http(wsi); }

int ServerSite::established(lws* wsi) {
  reset_protocol_name();
  WsiPeer* peer = peer_of(wsi);
  if (peer == nullptr || peer->kind != WsiPeer::Kind::connection ||
      connections_handler_ == nullptr) {
    return -1;
  }
  ++stats_.open;
  start_clock();
  static_cast<ServerConnection*>(peer)->established();
  return 0;
}

void ServerSite::connection_ended(lws* wsi) {
  WsiPeer* peer = peer_of(wsi);
  if (peer == nullptr || peer->kind != WsiPeer::Kind::connection) return;
  lws_set_opaque_user_data(wsi, ended_wsi_peer());
  auto* connection = static_cast<ServerConnection*>(peer);
  if (connection->was_open()) --stats_.open;
  connection->ended();
  const ConnectionId id = connection->id();
  --alive_;
  connections_[id.slot].reset();
  loop_.ids().give_back(id);
}

void ServerSite::destroyed(lws* wsi) {
  if (peer_of(wsi) == nullptr) ++stats_.handshake_failures;
  free_http(wsi);
  connection_ended(wsi);
}

ServerConnection* ServerSite::find(ConnectionId id) {
  if (id.slot >= connections_.size() || connections_[id.slot] == nullptr) return nullptr;
  ServerConnection* connection = connections_[id.slot].get();
  return connection->id() == id ? connection : nullptr;
}

void ServerSite::detach() {
  loop_.cancel(clock_);
  if (connections_handler_ != nullptr) {
    for (std::size_t i = 0; i < connections_.size(); ++i) {
      if (connections_[i] != nullptr) connections_[i]->drop();
    }
  }
  connections_handler_ = nullptr;
  http_handler_ = nullptr;
}

void ServerSite::start_clock() {
  if (clock_.value != 0) return;
  coarse_now_ = loop_.now();
  clock_ = loop_.schedule(coarse_now_ + kTick, [this] { tick(); });
}

void ServerSite::tick() {
  coarse_now_ = loop_.now();
  clock_ = {};
  ++ticks_;
  std::vector<ConnectionId> watched = std::exchange(watched_, {});
  for (const ConnectionId id : watched) {
    if (ServerConnection* connection = find(id)) connection->check(coarse_now_);
  }
  if (config_.ping_interval > Duration::zero()) {
    // Spread: each connection has its turn once an interval.
    const auto turns =
        static_cast<std::size_t>(std::max<std::int64_t>(1, config_.ping_interval / kTick));
    for (std::size_t slot = ticks_ % turns; slot < connections_.size(); slot += turns) {
      if (connections_[slot] != nullptr) connections_[slot]->keep_alive(coarse_now_);
    }
  }
  if (alive_ > 0) clock_ = loop_.schedule(coarse_now_ + kTick, [this] { tick(); });
}

}  // namespace wsb::net
