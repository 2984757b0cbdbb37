#pragma once

// Everything of one listener that libwebsockets' callbacks reach: configuration, handlers,
// connections, counters, the clock of slow checks. It belongs to the virtual host as well as to the
// listener and lives as long as either, since callbacks come until the context has ended.
// On the loop's thread.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/log.h"
#include "core/net/batch.h"
#include "core/net/connection_handler.h"
#include "core/net/listener.h"
#include "core/net/lws/lws_loop.h"
#include "core/net/lws/server_connection.h"

struct lws;
struct lws_process_html_args;
struct lws_protocols;
struct lws_vhost;

namespace wsb::net {

class HttpPeer;

class ServerSite {
 public:
  ServerSite(LwsLoop& loop, Log& log, const ListenConfig& config, ConnectionHandler& connections,
             HttpHandler& http);
  ~ServerSite();
  ServerSite(const ServerSite&) = delete;
  ServerSite& operator=(const ServerSite&) = delete;

  void set_vhost(lws_vhost* vhost);
  // A connected socket, now ours.
  void adopt(int fd);
  // The listener ends: every connection is dropped, each with its on_close, and the handlers are
  // not called any more.
  void detach();

  // From libwebsockets. -1 ends the connection.
  // `field` is the first Upgrade header in libwebsockets' memory.
  [[nodiscard]] int confirm_upgrade(lws* wsi, char* field);
  [[nodiscard]] int confirm_extension();
  void extension_constructed();
  void before_answer();
  [[nodiscard]] int add_headers(lws* wsi, lws_process_html_args& args);
  [[nodiscard]] int established(lws* wsi);
  void reset_protocol_name();
  [[nodiscard]] int request_came(lws* wsi);
  void http_ended(lws* wsi);
  void connection_ended(lws* wsi);
  void destroyed(lws* wsi);

  [[nodiscard]] LwsLoop& loop() { return loop_; }
  [[nodiscard]] Log& log() { return log_; }
  [[nodiscard]] const ListenConfig& config() const { return config_; }
  [[nodiscard]] ConnectionHandler& connections() { return *connections_handler_; }
  [[nodiscard]] HttpHandler* http() { return http_handler_; }
  [[nodiscard]] ListenerStats& stats() { return stats_; }
  // Time to a quarter of a second; for what is noted with every frame.
  [[nodiscard]] TimePoint coarse_now() const { return coarse_now_; }
  // To frame single messages with; scratch() comes empty.
  [[nodiscard]] BatchBuilder& builder() { return builder_; }
  [[nodiscard]] Bytes& scratch();
  // check() is called on the connection with every tick while it needs_watch().
  void watch(ServerConnection& connection) { watched_.push_back(connection.id()); }

 private:
  // What an upgrade needs between its callbacks, which come in one go.
  struct Upgrade {
    std::string offered;      // the client's first subprotocol
    std::string subprotocol;  // chosen
    std::string deflate;      // the parameters of our answer, behind the extension's name
    bool deflate_agreed = false;
    bool deflate_active = false;
  };

  // False while a request on the connection has not been answered.
  [[nodiscard]] static bool awaits_request(lws* wsi);
  [[nodiscard]] int refuse_upgrade(lws* wsi, const HttpResponse& response);
  [[nodiscard]] ServerConnection* find(ConnectionId id);
  void start_clock();
  void tick();
  void free_http(lws* wsi);

  LwsLoop& loop_;
  Log& log_;
  ListenConfig config_;
  ConnectionHandler* connections_handler_;
  HttpHandler* http_handler_;
  ListenerStats stats_;
  lws_vhost* vhost_ = nullptr;
  lws_protocols* protocol_ = nullptr;  // libwebsockets' copy of ours
  Upgrade upgrade_;
  BatchBuilder builder_;
  Bytes scratch_;
  std::vector<std::unique_ptr<ServerConnection>> connections_;  // by slot
  std::vector<ConnectionId> watched_;
  TimePoint coarse_now_{};
  TimerId clock_{};
  std::uint64_t ticks_ = 0;
  std::size_t alive_ = 0;  // connections, opening ones too
};

}  // namespace wsb::net
