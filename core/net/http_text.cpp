#include "core/net/http_text.h"

#include <array>
#include <ctime>

#include "core/base/text.h"
#include "core/proto/http/response.h"

namespace wsb::net {
namespace {

// RFC 9110 §5.6.7; strftime would name days and months in the language of the locale.
std::string date_now() {
  constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  return format("%s, %02d %s %d %02d:%02d:%02d GMT", kDays[static_cast<std::size_t>(parts.tm_wday)],
                parts.tm_mday, kMonths[static_cast<std::size_t>(parts.tm_mon)],
                parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace

bool has_no_content(int status) { return status < 200 || status == 204 || status == 304; }

std::string response_head(const HttpResponse& response, http::Persistence after) {
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + " ";
  out += http::status_words(response.status);
  out += "\r\n";
  response.headers.append_to(out);
  out += "Date: " + date_now() + "\r\n";
  if (!has_no_content(response.status) && !response.is_event_stream) {
    out += "Content-Length: " + std::to_string(response.body_size()) + "\r\n";
  }
  if (after == http::Persistence::close) out += "Connection: close\r\n";
  if (after == http::Persistence::keep_and_say_so) out += "Connection: keep-alive\r\n";
  out += "\r\n";
  return out;
}

}  // namespace wsb::net
