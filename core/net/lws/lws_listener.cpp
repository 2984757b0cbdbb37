#include "core/net/lws/lws_listener.h"

#include <utility>

#include <libwebsockets.h>

#include "core/net/lws/trampoline.h"

namespace wsb::net {
namespace {

constexpr int kIdleSeconds = 75;  // between requests; more than the proxies in front of us

// The virtual host's share of the site ends with it.
using SiteShare = std::shared_ptr<ServerSite>;

void drop_share(lws_vhost*, void* share) noexcept { delete static_cast<SiteShare*>(share); }

}  // namespace

Result<std::unique_ptr<LwsListener>> LwsListener::create(LwsLoop& loop, Log& log,
                                                         ListenSocket socket,
                                                         const ListenConfig& config,
                                                         ConnectionHandler& connections,
                                                         HttpHandler& http) {
  if (loop.ending()) return make_error(ErrorCode::internal, "the event loop has ended");
  static constexpr lws_retry_bo_t kNoKeepalive{};
  auto site = std::make_shared<ServerSite>(loop, log, config, connections, http);
  lws_context_creation_info info{};
  info.vhost_name = "server";
  info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
  info.protocols = server_protocols();
  if (config.deflate && kDeflateSupported) info.extensions = server_extensions();
  info.mounts = server_mounts();
  info.user = site.get();
  // libwebsockets' own timers for this sit in one linear list.
  info.retry_and_idle_policy = &kNoKeepalive;
  info.keepalive_timeout = kIdleSeconds;
  info.alpn = "http/1.1";
  info.finalize = drop_share;
  info.finalize_arg = new SiteShare(site);  // also when making the virtual host fails
  if (config.tls) {
    info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT | LWS_SERVER_OPTION_CREATE_VHOST_SSL_CTX |
                   LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS;
  }
  lws_vhost* vhost = loop.lws().add_vhost(info);
  if (vhost == nullptr) {
    return make_error(config.tls ? ErrorCode::tls_setup : ErrorCode::internal,
                      config.tls ? "cannot use the certificate and key"
                                 : "cannot set up libwebsockets for a listener");
  }
  site->set_vhost(vhost);
  std::unique_ptr<LwsListener> listener(
      new LwsListener(loop, log, std::move(socket), std::move(site)));
  listener->acceptor_.start();
  return listener;
}

LwsListener::LwsListener(LwsLoop& loop, Log& log, ListenSocket socket,
                         std::shared_ptr<ServerSite> site)
    : site_(std::move(site)),
      acceptor_(loop, log, std::move(socket), [this](int fd) { site_->adopt(fd); }) {}

LwsListener::~LwsListener() {
  acceptor_.stop();
  site_->detach();
}

ListenerStats LwsListener::stats() const {
  ListenerStats out = site_->stats();
  out.accept_pauses = acceptor_.pauses();
  return out;
}

}  // namespace wsb::net
