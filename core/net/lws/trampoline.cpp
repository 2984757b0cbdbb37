#include "core/net/lws/trampoline.h"

#include <array>

#include <openssl/ssl.h>

#include "core/net/lws/http_peer.h"
#include "core/net/lws/server_connection.h"
#include "core/net/lws/server_site.h"
#include "core/net/lws/server_tls.h"

namespace wsb::net {
namespace {

// One read of the socket, and what a single connection costs at least.
constexpr std::size_t kReceiveBufferBytes = 2048;
// libwebsockets sends no more than this with one write, and copies the rest.
constexpr std::size_t kMaxWriteBytes = std::size_t{1} << 20U;

ServerSite* site_of(lws* wsi) {
  lws_vhost* vhost = lws_get_vhost(wsi);
  return vhost == nullptr ? nullptr : static_cast<ServerSite*>(lws_vhost_user(vhost));
}

ServerConnection* connection_of(lws* wsi) {
  auto* peer = static_cast<WsiPeer*>(lws_get_opaque_user_data(wsi));
  const bool is = peer != nullptr && peer->kind == WsiPeer::Kind::connection;
  return is ? static_cast<ServerConnection*>(peer) : nullptr;
}

HttpPeer* http_of(lws* wsi) {
  auto* peer = static_cast<WsiPeer*>(lws_get_opaque_user_data(wsi));
  const bool is = peer != nullptr && peer->kind == WsiPeer::Kind::http;
  return is ? static_cast<HttpPeer*>(peer) : nullptr;
}

BytesView view_of(const void* in, size_t length) {
  return in == nullptr ? BytesView() : BytesView(static_cast<const char*>(in), length);
}

int on_websocket(lws* wsi, lws_callback_reasons reason, const void* in, size_t length) {
  ServerConnection* connection = connection_of(wsi);
  if (connection == nullptr) return -1;
  switch (reason) {
    case LWS_CALLBACK_RECEIVE: return connection->received(view_of(in, length));
    case LWS_CALLBACK_RECEIVE_PONG: connection->pong_received(view_of(in, length)); return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE: connection->writable(); return 0;
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE: return connection->peer_closes(view_of(in, length));
    default: return 0;
  }
}

int on_http(ServerSite& site, lws* wsi, lws_callback_reasons reason, const void* in,
            size_t length) {
  if (reason == LWS_CALLBACK_HTTP) return site.request_came(wsi);
  HttpPeer* peer = http_of(wsi);
  if (peer == nullptr) return -1;
  switch (reason) {
    case LWS_CALLBACK_HTTP_BODY: return peer->body_came(view_of(in, length));
    case LWS_CALLBACK_HTTP_BODY_COMPLETION: return peer->body_complete(site.http());
    case LWS_CALLBACK_HTTP_WRITEABLE: return peer->writable();
    default: return 0;
  }
}

int on_server(ServerSite& site, lws* wsi, lws_callback_reasons reason, void* user, void* in,
              size_t length) {
  switch (reason) {
    case LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS:
      return configure_server_tls(static_cast<SSL_CTX*>(user), site);
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
      return site.confirm_upgrade(wsi, static_cast<char*>(in));
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION: site.before_answer(); return 0;
    case LWS_CALLBACK_CONFIRM_EXTENSION_OKAY: return site.confirm_extension();
    case LWS_CALLBACK_ADD_HEADERS:
      return site.add_headers(wsi, *static_cast<lws_process_html_args*>(in));
    case LWS_CALLBACK_ESTABLISHED: return site.established(wsi);
    case LWS_CALLBACK_CLOSED: site.connection_ended(wsi); return 0;
    case LWS_CALLBACK_FILTER_HTTP_CONNECTION: site.reset_protocol_name(); return 0;
    case LWS_CALLBACK_CLOSED_HTTP: site.http_ended(wsi); return 0;
    case LWS_CALLBACK_WSI_DESTROY: site.destroyed(wsi); return 0;
    case LWS_CALLBACK_HTTP:
    case LWS_CALLBACK_HTTP_BODY:
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
    case LWS_CALLBACK_HTTP_WRITEABLE: return on_http(site, wsi, reason, in, length);
    case LWS_CALLBACK_RECEIVE:
    case LWS_CALLBACK_RECEIVE_PONG:
    case LWS_CALLBACK_SERVER_WRITEABLE:
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE: return on_websocket(wsi, reason, in, length);
    // After CONNECT libwebsockets passes on raw bytes, without any of its timeouts.
    case LWS_CALLBACK_RAW_ADOPT:
    case LWS_CALLBACK_RAW_RX:
    case LWS_CALLBACK_RAW_WRITEABLE: return -1;
    default: return 0;
  }
}

int server_callback(lws* wsi, lws_callback_reasons reason, void* user, void* in,
                    size_t length) noexcept {
  // With certificates to load there is no connection yet, only its virtual host.
  ServerSite* site = reason == LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS
                         ? static_cast<ServerSite*>(lws_vhost_user(static_cast<lws_vhost*>(in)))
                         : site_of(wsi);
  return site == nullptr ? 0 : on_server(*site, wsi, reason, user, in, length);
}

// Lets frames with RSV1 pass and touches nothing: zero says so for every reason. The payload is
// inflated in MessageReceiver.
int passing_extension(lws_context*, const lws_extension*, lws* wsi,
                      lws_extension_callback_reasons reason, void*, void* in, size_t) noexcept {
  static constexpr lws_ext_options kNoOptions{nullptr, EXTARG_NONE};
  if (reason == LWS_EXT_CB_CONSTRUCT) {
    *static_cast<const lws_ext_options**>(in) = &kNoOptions;
    if (ServerSite* site = site_of(wsi)) site->extension_constructed();
  }
  return 0;
}

}  // namespace

const lws_protocols* server_protocols() {
  static constexpr std::array<lws_protocols, 2> kProtocols{
      lws_protocols{kServerProtocol, server_callback, 0, kReceiveBufferBytes, 0, nullptr,
                    kMaxWriteBytes},
      lws_protocols{nullptr, nullptr, 0, 0, 0, nullptr, 0}};
  return kProtocols.data();
}

const lws_extension* server_extensions() {
  static constexpr std::array<lws_extension, 2> kExtensions{
      lws_extension{"permessage-deflate", passing_extension, "permessage-deflate"},
      lws_extension{nullptr, nullptr, nullptr}};
  return kExtensions.data();
}

const lws_http_mount* server_mounts() {
  // Without a mount libwebsockets stops reading a connection that awaits its answer, and spins when
  // the client has gone.
  static const lws_http_mount kMount = [] {
    lws_http_mount mount{};
    mount.mountpoint = "/";
    mount.mountpoint_len = 1;
    mount.origin = kServerProtocol;
    mount.origin_protocol = LWSMPRO_CALLBACK;
    return mount;
  }();
  return &kMount;
}

WsiPeer* ended_wsi_peer() {
  static constexpr WsiPeer kEnded{WsiPeer::Kind::ended};
  return const_cast<WsiPeer*>(&kEnded);  // nobody writes through it
}

}  // namespace wsb::net
