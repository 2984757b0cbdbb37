#include "core/proto/http/request.h"

#include <algorithm>
#include <string_view>

#include "core/base/text.h"

namespace wsb::http {
namespace {

Error bad_line(std::string_view line) {
  return make_error(ErrorCode::protocol, "HTTP request line is invalid: '" + printable(line) + "'");
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_target(std::string_view target) {
  return !target.empty() && std::all_of(target.begin(), target.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7F;
  });
}

Result<void> parse_request_line(std::string_view line, RequestHead& head) {
  const std::vector<std::string_view> parts = split(line, ' ');
  if (parts.size() != 3 || !is_token(parts[0]) || !is_target(parts[1])) return bad_line(line);
  const std::string_view version = parts[2];
  if (version.size() != 8 || !version.starts_with("HTTP/") || !is_digit(version[5]) ||
      version[6] != '.' || !is_digit(version[7])) {
    return bad_line(line);
  }
  head.method = parts[0];
  head.target = parts[1];
  head.version_major = version[5] - '0';
  head.version_minor = version[7] - '0';
  return {};
}

}  // namespace

Result<std::size_t> RequestParser::feed(BytesView in) {
  if (complete()) return std::size_t{0};
  Result<std::size_t> taken = reader_.feed(in);
  if (taken && reader_.complete()) {
    WSB_TRY(parse_request_line(reader_.start_line(), head_));
    head_.headers = reader_.headers();
  }
  return taken;
}

}  // namespace wsb::http
