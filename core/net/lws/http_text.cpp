#include "core/net/lws/http_text.h"

#include <array>
#include <ctime>

#include "core/proto/http/response.h"

namespace wsb::net {
namespace {

std::string date_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 64> text{};
  const std::size_t length =
      std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return std::string(text.data(), length);
}

// RFC 9110 §8.6: no Content-Length with these.
bool has_no_length(int status) { return status < 200 || status == 204 || status == 304; }

}  // namespace

std::string response_head(const HttpResponse& response, AfterResponse after) {
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + " ";
  out += http::status_words(response.status);
  out += "\r\n";
  response.headers.append_to(out);
  out += "Date: " + date_now() + "\r\n";
  if (!has_no_length(response.status)) {
    const std::size_t length = response.body == nullptr ? 0 : response.body->size();
    out += "Content-Length: " + std::to_string(length) + "\r\n";
  }
  if (after == AfterResponse::close) out += "Connection: close\r\n";
  out += "\r\n";
  return out;
}

}  // namespace wsb::net
