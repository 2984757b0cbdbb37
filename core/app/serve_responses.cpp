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

}  // namespace wsb::app
