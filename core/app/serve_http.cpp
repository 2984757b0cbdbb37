#include "core/app/serve_http.h"

#include <chrono>
#include <utility>

#include "core/app/serve_responses.h"
#include "core/app/serve_rooms.h"
#include "core/app/static_response.h"
#include "core/proto/http/accept_encoding.h"

namespace wsb::app {

namespace {

net::HttpResponse not_found() {
  return text_response(404, "not found (WebSocket clients are welcome on any path)\n");
}

net::HttpResponse redirect_to_folder(const net::HttpRequest& request) {
  // Relative to this path, so that no host name and no prefix of a proxy is guessed.
  std::string location = request.path.substr(request.path.rfind('/') + 1) + '/';
  if (!request.query.empty()) location += '?' + request.query;
  net::HttpResponse response = text_response(301, "see " + location + '\n');
  response.headers.add("Location", "./" + location);
  return response;
}

}  // namespace

ServeHttp::ServeHttp(std::shared_ptr<const BuiltInPage> page,
                     std::shared_ptr<const PublicFolder> folder, AccessGate* gate,
                     ServeMonitor* monitor)
    : page_(std::move(page)), gate_(gate), monitor_(monitor) {
  if (folder) files_.emplace(std::move(folder));
}

void ServeHttp::on_request(std::shared_ptr<net::HttpExchange> exchange) {
  if (gate_ != nullptr) exchange = gate_->with_cors(std::move(exchange));
  if (exchange != nullptr) judge(exchange);
}

// Health is for whoever watches over the server, with or without credentials.
void ServeHttp::judge(const std::shared_ptr<net::HttpExchange>& exchange) {
  const std::string& path = exchange->request().path;
  if (engineio_ != nullptr && engineio_->is_for(path)) return engineio_->on_request(exchange);
  if (publisher_ != nullptr && path == "/broadcast") return publish(exchange);
  if (path == "/events") return stream(exchange);
  if (gate_ == nullptr) return serve(exchange);
  if (path == "/healthz" || path == "/readyz") {
    return exchange->respond(answer(exchange->request()));
  }
  // Pages need no token; what goes on here is for those who may take part in it.
  const bool numbers = monitor_ != nullptr && ServeMonitor::is_for(path);
  gate_->admit(exchange, numbers ? Right::connect : Right::page,
               [this, exchange](const AccessGrant&) { serve(exchange); });
}

void ServeHttp::serve(const std::shared_ptr<net::HttpExchange>& exchange) {
  if (monitor_ != nullptr && monitor_->answer(exchange)) return;
  exchange->respond(answer(exchange->request()));
}

// What is wrong with the rooms is the publisher's to say.
void ServeHttp::publish(const std::shared_ptr<net::HttpExchange>& exchange) {
  if (gate_ == nullptr) return publisher_->publish(exchange);
  gate_->admit(exchange, Right::publish, [this, exchange](const AccessGrant& grant) {
    const auto rooms = rooms_of_query(exchange->request().query);
    bool allowed = true;
    if (rooms) {
      for_each_room(*rooms, [&](const std::string& room) {
        allowed = allowed && grant.publish.allow(room);
      });
    }
    if (allowed) return publisher_->publish(exchange);
    ++gate_->counters().rights;
    exchange->respond(lacks_right(Right::publish).response);
  });
}

void ServeHttp::stream(const std::shared_ptr<net::HttpExchange>& exchange) {
  if (streams_ == nullptr) {
    return exchange->respond(text_response(
        404, "there is no stream of events: nothing is broadcast here, as with --echo\n"));
  }
  if (gate_ == nullptr) return streams_->open(exchange, {});
  gate_->admit(exchange, Right::subscribe, [this, exchange](const AccessGrant& grant) {
    streams_->open(exchange, grant);
  });
}

net::HttpResponse ServeHttp::answer(const net::HttpRequest& request) {
  if (request.method != "GET" && request.method != "HEAD") return method_not_allowed();
  if (request.path == "/healthz" || request.path == "/readyz") return health();
  if (request.headers.find("Sec-WebSocket-Key")) return upgrade_required();
  if (files_ && !request.path.starts_with(kClientFolder)) return static_file(request);
  return built_in(request).value_or(not_found());
}

std::optional<net::HttpResponse> ServeHttp::built_in(const net::HttpRequest& request) const {
  const auto has = request.headers.find("If-None-Match");
  if (client_ != nullptr) {
    if (auto found = client_->find(request.path, has)) return found;
  }
  return page_->find(request.path, has);
}

net::HttpResponse ServeHttp::health() const {
  return draining_ ? text_response(503, "shutting down") : text_response(200, "ok");
}

net::HttpResponse ServeHttp::static_file(const net::HttpRequest& request) {
  const std::optional<StaticPath> path = parse_static_path(request.path);
  if (!path) return not_found();
  const bool gzip = http::prefers_gzip(request.headers);
  StaticFile file = files_->find(*path, gzip ? Coding::gzip : Coding::identity);
  switch (file.kind) {
    case StaticFile::Kind::missing: return not_found();
    case StaticFile::Kind::folder: return redirect_to_folder(request);
    case StaticFile::Kind::too_large:
      return text_response(500, "this file is too large to be served\n");
    case StaticFile::Kind::unreadable:
      return text_response(500, "this file cannot be read\n");
    case StaticFile::Kind::file: break;
  }
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return static_response(request, std::move(file), now);
}

}  // namespace wsb::app
