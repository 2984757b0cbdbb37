#include "core/app/serve_responses.h"

#include <memory>
#include <utility>

namespace wsb::app {

net::HttpResponse text_response(int status, std::string text) {
  net::HttpResponse response;
  response.status = status;
  response.headers.add("Content-Type", "text/plain; charset=utf-8");
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("X-Content-Type-Options", "nosniff");
  response.body = std::make_shared<const Bytes>(std::move(text));
  return response;
}

net::HttpResponse method_not_allowed() {
  net::HttpResponse response = text_response(405, "only GET and HEAD are answered on this path\n");
  response.headers.add("Allow", "GET, HEAD");
  return response;
}

// Somebody meant to upgrade, and the Upgrade header did not arrive: it is hop by hop (RFC 9110
// §7.6.1) and proxies drop it unless told otherwise.
net::HttpResponse upgrade_required() {
  net::HttpResponse response = text_response(
      426, "this is a WebSocket handshake without 'Upgrade: websocket' "
           "(a proxy on the way must pass the Upgrade and Connection headers on)\n");
  response.headers.add("Upgrade", "websocket");
  return response;
}

}  // namespace wsb::app
