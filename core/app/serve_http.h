#pragma once

// Plain HTTP requests on the WebSocket port: /healthz and /readyz, /metrics and /stats, /broadcast
// and /events, then the
// built-in page or, in its place, the files of a public folder; a word of advice for all else.
// Owned by a ServeWorker, on its thread.

#include <memory>
#include <optional>

#include "core/app/access_gate.h"
#include "core/app/built_in_page.h"
#include "core/app/engineio_door.h"
#include "core/app/serve_monitor.h"
#include "core/app/serve_publish.h"
#include "core/app/serve_streams.h"
#include "core/app/static_files.h"
#include "core/net/http.h"

namespace wsb::app {

class ServeHttp final : public net::HttpHandler {
 public:
  // `folder` nullptr: the built-in page. `gate` nullptr: everybody may all. `monitor` nullptr: no
  // numbers.
  ServeHttp(std::shared_ptr<const BuiltInPage> page, std::shared_ptr<const PublicFolder> folder,
            AccessGate* gate = nullptr, ServeMonitor* monitor = nullptr);

  // Nullptr: there is nobody to publish to.
  void set_publisher(ServePublish* publisher) { publisher_ = publisher; }
  // Nullptr: there is nothing to listen to.
  void set_streams(ServeStreams* streams) { streams_ = streams; }
  // Nullptr: Engine.IO is not served.
  void set_engineio(EngineioDoor* door) { engineio_ = door; }
  // Nullptr: the client of the page.
  void set_socketio_client(std::shared_ptr<const BuiltInPage> client) {
    client_ = std::move(client);
  }
  // /healthz and /readyz answer 503 from now on.
  void start_draining() { draining_ = true; }

  void on_request(std::shared_ptr<net::HttpExchange> exchange) override;
  [[nodiscard]] net::HttpResponse answer(const net::HttpRequest& request);

 private:
  void judge(const std::shared_ptr<net::HttpExchange>& exchange);
  void publish(const std::shared_ptr<net::HttpExchange>& exchange);
  void stream(const std::shared_ptr<net::HttpExchange>& exchange);
  void serve(const std::shared_ptr<net::HttpExchange>& exchange);
  [[nodiscard]] net::HttpResponse health() const;
  [[nodiscard]] std::optional<net::HttpResponse> built_in(const net::HttpRequest& request) const;
  [[nodiscard]] net::HttpResponse static_file(const net::HttpRequest& request);

  const std::shared_ptr<const BuiltInPage> page_;
  std::shared_ptr<const BuiltInPage> client_;
  std::optional<StaticFiles> files_;
  AccessGate* const gate_;
  ServeMonitor* const monitor_;
  ServePublish* publisher_ = nullptr;
  ServeStreams* streams_ = nullptr;
  EngineioDoor* engineio_ = nullptr;
  bool draining_ = false;
};

}  // namespace wsb::app
