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

bool is_visible(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
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
  if (rest.empty() || !is_visible(rest)) {
    return make_error(ErrorCode::protocol, "the Bearer token has a bad form");
  }
  return Authorization(BearerToken{std::string(rest)});
}

}  // namespace wsb::http
