#include "core/app/cors.h"

namespace wsb::app {
namespace {

void add_fields(http::Headers& headers, std::string_view origin) {
  headers.add("Access-Control-Allow-Origin", std::string(origin));
  headers.add("Vary", "Origin");
}

}  // namespace

void CorsExchange::respond(net::HttpResponse response) {
  add_fields(response.headers, origin_);
  exchange_->respond(std::move(response));
}

bool is_preflight(const net::HttpRequest& request) {
  return request.method == "OPTIONS" &&
         request.headers.find("Access-Control-Request-Method").has_value();
}

net::HttpResponse preflight_answer(const net::HttpRequest& request, std::string_view origin) {
  net::HttpResponse response;
  response.status = 204;
  add_fields(response.headers, origin);
  response.headers.add("Access-Control-Allow-Methods", "GET, HEAD, POST");
  if (const auto asked = request.headers.find("Access-Control-Request-Headers")) {
    response.headers.add("Access-Control-Allow-Headers", std::string(*asked));
  }
  response.headers.add("Access-Control-Max-Age", "600");
  return response;
}

}  // namespace wsb::app
