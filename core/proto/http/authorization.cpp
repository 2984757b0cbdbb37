#include "core/proto/http/authorization.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "core/base/encoding.h"
#include "core/base/text.h"
#include "core/proto/http/headers.h"

namespace wsb::http {
namespace {

bool is_token68_char(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') ||
         std::string_view("-._~+/").find(c) != std::string::npos;
}

// RFC 9110 §11.2.
bool is_token68(std::string_view text) {
  const std::size_t end = text.find_last_not_of('=');
  if (end == std::string_view::npos) return false;
  return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end) + 1,
                     is_token68_char);
}

bool has_controls(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

Result<Authorization> read_basic(std::string_view encoded) {
  const std::optional<Bytes> decoded = base64_decode(encoded);
  if (!decoded) return make_error(ErrorCode::protocol, "the Basic credentials are not base64");
  const std::size_t colon = decoded->find(':');
  if (colon == Bytes::npos) {
    return make_error(ErrorCode::protocol, "the Basic credentials have no colon");
  }
  if (has_controls(*decoded)) {
    return make_error(ErrorCode::protocol, "the Basic credentials have control characters");
  }
  return Authorization(BasicCredentials{decoded->substr(0, colon), decoded->substr(colon + 1)});
}

}  // namespace

Result<Authorization> parse_authorization(std::string_view value) {
  value = trim(value);
  const std::size_t space = value.find(' ');
  const std::string_view scheme = value.substr(0, space);
  const std::string_view rest =
      space == std::string_view::npos ? std::string_view() : trim(value.substr(space));
  if (!is_token(scheme)) return make_error(ErrorCode::protocol, "the Authorization has no scheme");
  if (equals_ignore_case(scheme, "Basic")) return read_basic(rest);
  if (!equals_ignore_case(scheme, "Bearer")) {
    return make_error(ErrorCode::unsupported, "the Authorization is neither Basic nor Bearer");
  }
  if (!is_token68(rest)) return make_error(ErrorCode::protocol, "the Bearer token has a bad form");
  return Authorization(BearerToken{std::string(rest)});
}

}  // namespace wsb::http
