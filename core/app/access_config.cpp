#include "core/app/access_config.h"

#include "core/app/origin_policy.h"
#include "core/base/limits.h"
#include "core/base/secret.h"

namespace wsb::app {
namespace {

Error invalid(std::string message) {
  return make_error(ErrorCode::invalid_argument, std::move(message));
}

}  // namespace

Result<void> AccessConfig::validate() const {
  for (const std::string& text : origins) {
    const auto pattern = OriginPattern::parse(text);
    if (!pattern) return invalid("--origin: " + pattern.error().text());
  }
  if (!token.empty()) {
    const auto secret = Secret::parse(token);
    if (!secret) return invalid("--token: " + secret.error().text());
  }
  const bool takes_tokens = !token.empty() || !token_file.empty() || !publish_token_file.empty() ||
                            !jwt_key_files.empty();
  if (token_in_query && !takes_tokens) {
    return invalid("--token-in-query needs a token (--token-file, --jwt-key)");
  }
  if (jwt_key_files.empty() && !jwt_audience.empty()) {
    return invalid("--jwt-audience needs --jwt-key");
  }
  if (jwt_key_files.empty() && !jwt_issuer.empty()) return invalid("--jwt-issuer needs --jwt-key");
  if (jwt_key_files.size() > limits::kJwtKeys) {
    return invalid("--jwt-key can be given " + std::to_string(limits::kJwtKeys) + " times at most");
  }
  return {};
}

}  // namespace wsb::app
