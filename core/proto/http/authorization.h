#pragma once

// What a client says to be let in: the Authorization field (RFC 9110 §11.6.2) of the schemes Basic
// (RFC 7617) and Bearer (RFC 6750). Pure functions, any thread. No error repeats a credential.

#include <string>
#include <string_view>
#include <variant>

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace wsb::http {

struct BasicCredentials {
  std::string user;  // no colon, no controls
  std::string password;
};

struct BearerToken {
  // Visible ASCII: more than the token68 of RFC 6750 §2.1, since people choose tokens by hand.
  std::string token;
};

using Authorization = std::variant<BasicCredentials, BearerToken>;

// `value` of the Authorization field. Errors: unsupported (another scheme), protocol (bad form).
[[nodiscard]] Result<Authorization> parse_authorization(std::string_view value);

}  // namespace wsb::http
