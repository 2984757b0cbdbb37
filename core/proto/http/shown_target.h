#pragma once

// Targets and URLs as they may be told, in a log: without the credentials that their query may
// carry. Pure functions, any thread.

#include <string>
#include <string_view>

namespace wsb::http {

// The value of every parameter whose name stands for a credential (token, access_token, api_key,
// auth, jwt, password, secret, and the sid of an Engine.IO session, in whatever case and however
// encoded) becomes "***". `url` may be a target, "/chat?token=x", or a whole URL, of which a user
// and password in front of the host are cut too.
[[nodiscard]] std::string without_credentials(std::string_view url);

}  // namespace wsb::http
