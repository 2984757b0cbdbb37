#include "core/proto/http/response.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/base/text.h"

namespace wsb::http {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "HTTP/1.1 101 Switching Protocols"; the words, and with them the space before, may be missing.
bool parse_status_line(std::string_view line, ResponseHead& head) {
  if (line.size() < 12 || !line.starts_with("HTTP/") || !is_digit(line[5]) || line[6] != '.' ||
      !is_digit(line[7]) || line[8] != ' ') {
    return false;
  }
  const std::string_view status = line.substr(9, 3);
  if (!std::all_of(status.begin(), status.end(), is_digit) || status[0] == '0') return false;
  std::string_view words = line.substr(12);
  if (!words.empty() && words.front() != ' ') return false;
  if (!words.empty()) words.remove_prefix(1);
  if (!is_header_value(words)) return false;
  head.version_major = line[5] - '0';
  head.version_minor = line[7] - '0';
  head.status = (status[0] - '0') * 100 + (status[1] - '0') * 10 + (status[2] - '0');
  head.reason = words;
  return true;
}

struct StatusWords {
  int status;
  std::string_view words;
};
constexpr std::array kStatusWords = {
    StatusWords{100, "Continue"},
    StatusWords{101, "Switching Protocols"},
    StatusWords{200, "OK"},
    StatusWords{201, "Created"},
    StatusWords{202, "Accepted"},
    StatusWords{204, "No Content"},
    StatusWords{206, "Partial Content"},
    StatusWords{301, "Moved Permanently"},
    StatusWords{302, "Found"},
    StatusWords{303, "See Other"},
    StatusWords{304, "Not Modified"},
    StatusWords{307, "Temporary Redirect"},
    StatusWords{308, "Permanent Redirect"},
    StatusWords{400, "Bad Request"},
    StatusWords{401, "Unauthorized"},
    StatusWords{403, "Forbidden"},
    StatusWords{404, "Not Found"},
    StatusWords{405, "Method Not Allowed"},
    StatusWords{406, "Not Acceptable"},
    StatusWords{407, "Proxy Authentication Required"},
    StatusWords{408, "Request Timeout"},
    StatusWords{409, "Conflict"},
    StatusWords{410, "Gone"},
    StatusWords{411, "Length Required"},
    StatusWords{413, "Content Too Large"},
    StatusWords{414, "URI Too Long"},
    StatusWords{415, "Unsupported Media Type"},
    StatusWords{416, "Range Not Satisfiable"},
    StatusWords{421, "Misdirected Request"},
    StatusWords{426, "Upgrade Required"},
    StatusWords{429, "Too Many Requests"},
    StatusWords{431, "Request Header Fields Too Large"},
    StatusWords{500, "Internal Server Error"},
    StatusWords{501, "Not Implemented"},
    StatusWords{502, "Bad Gateway"},
    StatusWords{503, "Service Unavailable"},
    StatusWords{504, "Gateway Timeout"},
    StatusWords{505, "HTTP Version Not Supported"},
};

}  // namespace

Result<std::size_t> ResponseParser::feed(BytesView in) {
  if (complete()) return std::size_t{0};
  Result<std::size_t> taken = reader_.feed(in);
  if (taken && reader_.complete()) {
    if (!parse_status_line(reader_.start_line(), head_)) {
      return make_error(ErrorCode::protocol,
                        "HTTP status line is invalid: '" + printable(reader_.start_line()) + "'");
    }
    head_.headers = reader_.headers();
  }
  return taken;
}

std::string_view status_words(int status) {
  const auto found = std::find_if(kStatusWords.begin(), kStatusWords.end(),
                                  [&](const StatusWords& entry) { return entry.status == status; });
  return found == kStatusWords.end() ? std::string_view() : found->words;
}

}  // namespace wsb::http
