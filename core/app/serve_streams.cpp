#include "core/app/serve_streams.h"

#include <utility>

#include "core/app/serve_responses.h"

namespace wsb::app {
namespace {

net::HttpResponse stream_head() {
  net::HttpResponse response;
  response.headers.add("Content-Type", "text/event-stream");
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("X-Content-Type-Options", "nosniff");
  response.headers.add("X-Accel-Buffering", "no");  // nginx would collect events
  response.is_event_stream = true;
  return response;
}

}  // namespace

void ServeStreams::open(const std::shared_ptr<net::HttpExchange>& exchange,
                        const AccessGrant& grant) {
  const net::HttpRequest& request = exchange->request();
  if (request.method != "GET" && request.method != "HEAD") {
    return exchange->respond(method_not_allowed());
  }
  if (request.headers.find("Sec-WebSocket-Key")) return exchange->respond(upgrade_required());
  auto admitted = peers_.admit_stream(request.query, request.remote, grant);
  if (auto* refusal = std::get_if<net::HttpResponse>(&admitted)) {
    return exchange->respond(std::move(*refusal));
  }
  net::HttpResponse head = stream_head();
  head.admission = std::get<ServePeers::AdmissionRef>(std::move(admitted));
  exchange->respond(std::move(head));
}

}  // namespace wsb::app
